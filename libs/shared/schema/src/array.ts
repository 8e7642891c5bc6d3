import type { CompileContext, JsonSchema, Node } from './node.ts';
import { lengthRule } from './scalar.ts';

/** An array; with `uniqueItems` one of Kong's sets, which drop repeated elements. */
export function arrayNode(schema: JsonSchema, pointer: string, context: CompileContext): Node {
  const set = schema['uniqueItems'] === true;
  const expected = set ? 'a set' : 'an array';
  const items = context.compile(schema['items'] ?? true, `${pointer}/items`);
  const length = lengthRule(schema['minItems'], schema['maxItems']);
  return {
    expected,
    nullable: false,
    absent: undefined,
    check(value, report) {
      if (!Array.isArray(value)) {
        report.add(`expected ${expected}`);
        return value;
      }
      const elements: unknown[] = [];
      for (let i = 0; i < value.length; i++) {
        report.enter(i + 1);
        const element: unknown = value[i];
        if (element === null && !items.nullable) report.add('required field missing');
        else elements.push(items.check(element, report));
        report.leave();
      }
      const kept = set ? distinct(elements) : elements;
      const message = length === null ? null : length(kept.length);
      if (message !== null) report.add(message);
      return Object.freeze(kept);
    },
  };
}

function distinct(elements: readonly unknown[]): unknown[] {
  if (elements.every((element) => typeof element !== 'object')) return [...new Set(elements)];
  const seen = new Set<string>();
  return elements.filter((element) => {
    const key = JSON.stringify(element);
    return seen.has(key) ? false : seen.add(key);
  });
}
