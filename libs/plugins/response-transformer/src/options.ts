import type { ConfigProblem } from '@gibbon/contracts/module';
import { isHeaderName, splitNameValue } from '@gibbon/pdk';
import { schema, Type, type ConfigOf } from '@gibbon/schema';

/** `name:value`; Kong's pattern, and the text that its check gives. */
const PAIR = Type.String({ pattern: '^[^:]+:' });
const names = (description: string) => Type.Array(Type.String(), { default: [], description });
const pairs = (description: string) => Type.Array(PAIR, { default: [], description });
const types = (list: string) =>
  Type.Array(Type.Enum(['boolean', 'number', 'string']), {
    default: [],
    description: `Types of the values of \`${list}\`, by position; string where absent.`,
  });

const type = Type.Object({
  remove: Type.Object(
    { json: names('Names of JSON members to remove.'), headers: names('Names of header fields to remove.') },
    { description: 'What is taken out, first.' },
  ),
  rename: Type.Object(
    { json: pairs('JSON members to rename, as `old:new`.'), headers: pairs('Header fields to rename, as `old:new`.') },
    { description: 'What gets another name, with its values.' },
  ),
  replace: Type.Object(
    {
      json: pairs('JSON members to give another value where present, as `name:value`.'),
      json_types: types('replace.json'),
      headers: pairs('Header fields to give another value where present, as `name:value`.'),
    },
    { description: 'What gets another value if it is there.' },
  ),
  add: Type.Object(
    {
      json: pairs('JSON members to add where absent, as `name:value`.'),
      json_types: types('add.json'),
      headers: pairs('Header fields to add where absent, as `name:value`.'),
    },
    { description: 'What is added if it is not there.' },
  ),
  append: Type.Object(
    {
      json: pairs('JSON members to add a value to, as `name:value`; they become lists.'),
      json_types: types('append.json'),
      headers: pairs('Header fields to add, as `name:value`, beside what is there.'),
    },
    { description: 'What gets one more value, there or not.' },
  ),
});

/** Options of the plugin, as Kong has them. */
export const options = schema(type);

/** The options, validated. */
export type ResponseTransformerConfig = ConfigOf<typeof type>;

/** Entries without value, and names that no header field has. */
export function checkOptions(config: ResponseTransformerConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (
    path: string,
    entries: readonly string[],
    headers: (entry: { name: string; value: string }) => readonly string[],
  ): void => {
    entries.forEach((entry, index) => {
      const pair = splitNameValue(entry);
      const wrong = headers(pair).find((name) => !isHeaderName(name));
      const message =
        pair.value === '' ? `key '${pair.name}' has no value` : wrong === undefined ? null : `'${wrong}' is not a valid header`;
      if (message !== null) problems.push({ path: `${path}.${index + 1}`, message });
    });
  };
  for (const action of ['rename', 'replace', 'add', 'append'] as const) {
    check(`${action}.json`, config[action].json, () => []);
    check(`${action}.headers`, config[action].headers, ({ name, value }) => (action === 'rename' ? [name, value] : [name]));
  }
  config.remove.headers.forEach((entry, index) => {
    // Kong takes the part before a colon for the name, and so do configurations that were written for it.
    const { name } = splitNameValue(entry);
    if (!isHeaderName(name)) problems.push({ path: `remove.headers.${index + 1}`, message: `'${name}' is not a valid header` });
  });
  return problems;
}
