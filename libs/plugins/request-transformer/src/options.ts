import type { ConfigProblem } from '@gibbon/contracts/module';
import { compileTemplate, isHeaderName, splitNameValue } from '@gibbon/pdk';
import { Nullable, schema, Type, type ConfigOf } from '@gibbon/schema';

const entries = (description: string) => Type.Array(Type.String(), { default: [], description });
const names = {
  body: entries('Names of body fields to remove.'),
  headers: Type.Array(Type.String({ format: 'header-name' }), { default: [], description: 'Names of header fields to remove.' }),
  querystring: entries('Names of query arguments to remove.'),
};
const pairs = (what: string, form: string) => ({
  body: entries(`Body fields ${what}, as ${form}.`),
  headers: entries(`Header fields ${what}, as ${form}.`),
  querystring: entries(`Query arguments ${what}, as ${form}.`),
});
const VALUES = '`name:value`; the value may hold `$(headers.x)`, `$(query_params.x)`, `$(uri_captures.x)` and `$(shared.x)`';

const type = Type.Object({
  http_method: Nullable(Type.String({ format: 'http-method', description: 'Method for the upstream.' })),
  remove: Type.Object(names, { description: 'What is taken out, first.' }),
  rename: Type.Object(pairs('to rename', '`old:new`'), { description: 'What gets another name, with its values.' }),
  replace: Type.Object(
    {
      ...pairs('to give another value where present', VALUES),
      uri: Nullable(Type.String({ description: 'Path for the upstream instead of the one that routing gave; a template.' })),
    },
    { description: 'What gets another value if it is there.' },
  ),
  add: Type.Object(pairs('to add where absent', VALUES), { description: 'What is added if it is not there.' }),
  append: Type.Object(pairs('to add a value to', VALUES), { description: 'What gets one more value, there or not.' }),
});

/** Options of the plugin, as Kong has them. */
export const options = schema(type);

/** The options, validated. */
export type RequestTransformerConfig = ConfigOf<typeof type>;

const WHERE = ['body', 'headers', 'querystring'] as const;

/** Entries that are not what they must be, and templates that do not compile. */
export function checkOptions(config: RequestTransformerConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: string, message: string | null): void => {
    if (message !== null) problems.push({ path, message });
  };
  for (const action of ['rename', 'replace', 'add', 'append'] as const) {
    for (const where of WHERE) {
      config[action][where].forEach((entry, index) => {
        const message = action === 'rename' ? renameProblem(entry, where === 'headers') : valueProblem(entry, where === 'headers');
        report(`${action}.${where}.${index + 1}`, message);
      });
    }
  }
  if (config.replace.uri !== null) report('replace.uri', templateProblem(config.replace.uri));
  return problems;
}

function renameProblem(entry: string, isHeader: boolean): string | null {
  const { name, value } = splitNameValue(entry);
  if (value === '') return `key '${name}' has no value`;
  if (!isHeader) return null;
  const wrong = [name, value].find((header) => !isHeaderName(header));
  return wrong === undefined ? null : `'${wrong}' is not a valid header`;
}

function valueProblem(entry: string, isHeader: boolean): string | null {
  const { name, value } = splitNameValue(entry);
  if (value === '') return `key '${name}' has no value`;
  if (isHeader && !isHeaderName(name)) return `'${name}' is not a valid header`;
  return templateProblem(value);
}

function templateProblem(text: string): string | null {
  const compiled = compileTemplate(text);
  return compiled.ok ? null : `value '${text}' is not in supported format, error:${compiled.problem}`;
}
