import { isRecord, OptionalValue, Text, Value, ValueText, VariablesOf, When, type Node } from './node.ts';

/** Prints a manifest as a template of Helm. @throws Error for a shape that it cannot print. */
export function printTemplate(node: Node): string {
  if (node instanceof When)
    return ['{{- if ' + valueAt(node.path) + ' }}', printTemplate(node.inner).trimEnd(), '{{- end }}', ''].join('\n');
  if (!isRecord(node)) throw new Error('a manifest is a record');
  return `${record(node, 0).join('\n')}\n`;
}

function record(node: { readonly [key: string]: Node }, indent: number): readonly string[] {
  return Object.entries(node).flatMap(([key, value]) => entry(key, value, indent));
}

function entry(key: string, value: Node, indent: number): readonly string[] {
  const name = `${pad(indent)}${scalar(key)}:`;
  if (value === undefined) return [];
  if (value instanceof When) return [`{{- if ${valueAt(value.path)} }}`, ...entry(key, value.inner, indent), '{{- end }}'];
  if (value instanceof OptionalValue)
    return [`{{- with ${valueAt(value.path)} }}`, name, `${pad(indent + 2)}{{- toYaml . | nindent ${indent + 2} }}`, '{{- end }}'];
  if (Array.isArray(value))
    return value.length === 0 ? [`${name} []`] : [name, ...value.flatMap((item: Node) => listItem(item, indent + 2))];
  if (isRecord(value)) return Object.keys(value).length === 0 ? [`${name} {}`] : [name, ...record(value, indent + 2)];
  return [`${name} ${inline(value)}`];
}

function listItem(item: Node, indent: number): readonly string[] {
  if (item instanceof When) return [`{{- if ${valueAt(item.path)} }}`, ...listItem(item.inner, indent), '{{- end }}'];
  if (item instanceof VariablesOf) {
    return [
      `{{- range $name, $value := ${valueAt(item.path)} }}`,
      `${pad(indent)}- name: {{ $name }}`,
      `${pad(indent)}  value: {{ $value | quote }}`,
      '{{- end }}',
    ];
  }
  if (!isRecord(item)) return [`${pad(indent)}- ${inline(item)}`];
  const [first = '', ...rest] = record(item, indent + 2);
  if (!first.startsWith(pad(indent + 2))) throw new Error('the first field of an element is always there');
  return [`${pad(indent)}- ${first.slice(indent + 2)}`, ...rest];
}

function inline(value: Node): string {
  if (value instanceof Text) return JSON.stringify(value.chart);
  if (value instanceof ValueText)
    return value.join ? `{{ join "," ${valueAt(value.path)} | quote }}` : `{{ ${valueAt(value.path)} | quote }}`;
  if (value instanceof Value) return `{{ ${valueAt(value.path)} }}`;
  if (typeof value === 'string') return scalar(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`cannot print ${JSON.stringify(value)} within a line`);
}

function valueAt(path: string): string {
  return `.Values.${path}`;
}

/** Text that needs no quotes begins with a letter, holds nothing special, and is none of YAML's words. */
function scalar(value: string): string {
  const bare = /^[A-Za-z/][\w./-]*$/.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return bare ? value : JSON.stringify(value);
}

function pad(indent: number): string {
  return ' '.repeat(indent);
}
