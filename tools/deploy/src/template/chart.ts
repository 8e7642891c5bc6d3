import { ForEach, isRecord, OptionalValue, Served, Text, Unless, Value, ValueText, VariablesOf, When, type Node } from './node.ts';

/** Prints a manifest as a template of Helm. @throws Error for a shape that it cannot print. */
export function printTemplate(node: Node): string {
  const condition = conditionOf(node);
  if (condition !== null) return block(`if ${condition.test}`, printTemplate(condition.inner));
  if (node instanceof ForEach) {
    const manifests = node.manifests(new Text('{{ $element }}', ''));
    return block(`range $element := ${valueAt(node.path)}`, manifests.map((manifest) => `---\n${printTemplate(manifest)}`).join(''));
  }
  if (!isRecord(node)) throw new Error('a manifest is a record');
  return `${record(node, 0).join('\n')}\n`;
}

function block(action: string, inner: string): string {
  return `{{- ${action} }}\n${inner.trimEnd()}\n{{- end }}\n`;
}

/** What must hold for a node to be there; `null` for one that always is. */
function conditionOf(node: Node): { readonly test: string; readonly inner: Node } | null {
  if (node instanceof When) return { test: valueAt(node.path), inner: node.inner };
  if (node instanceof Unless) return { test: `not ${valueAt(node.path)}`, inner: node.inner };
  if (node instanceof Served) return { test: `$.Capabilities.APIVersions.Has "${node.apiVersion}"`, inner: node.inner };
  return null;
}

function record(node: { readonly [key: string]: Node }, indent: number): readonly string[] {
  return Object.entries(node).flatMap(([key, value]) => entry(key, value, indent));
}

function entry(key: string, value: Node, indent: number): readonly string[] {
  const name = `${pad(indent)}${scalar(key)}:`;
  if (value === undefined) return [];
  const condition = conditionOf(value);
  if (condition !== null) return [`{{- if ${condition.test} }}`, ...entry(key, condition.inner, indent), '{{- end }}'];
  if (value instanceof OptionalValue)
    return [`{{- with ${valueAt(value.path)} }}`, name, `${pad(indent + 2)}{{- toYaml . | nindent ${indent + 2} }}`, '{{- end }}'];
  if (Array.isArray(value))
    return value.length === 0 ? [`${name} []`] : [name, ...value.flatMap((item: Node) => listItem(item, indent + 2))];
  if (isRecord(value)) return Object.keys(value).length === 0 ? [`${name} {}`] : [name, ...record(value, indent + 2)];
  return [`${name} ${inline(value)}`];
}

function listItem(item: Node, indent: number): readonly string[] {
  const condition = conditionOf(item);
  if (condition !== null) return [`{{- if ${condition.test} }}`, ...listItem(condition.inner, indent), '{{- end }}'];
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

/** From the root, which a bare dot is not within a block. */
function valueAt(path: string): string {
  return `$.Values.${path}`;
}

/** Text that needs no quotes begins with a letter, holds nothing special, and is none of YAML's words. */
function scalar(value: string): string {
  const bare = /^[A-Za-z/][\w./-]*$/.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return bare ? value : JSON.stringify(value);
}

function pad(indent: number): string {
  return ' '.repeat(indent);
}
