import { stringify } from 'yaml';
import type { ChartValue } from './values.ts';

/** The values as a tree: what a chart's values.yaml says. */
interface Branch {
  readonly [key: string]: Branch | ChartValue;
}

/** values.yaml, each value with its description above it. */
export function valuesYaml(values: readonly ChartValue[], header: string): string {
  return `${header}${branchLines(treeOf(values), 0).join('\n')}\n`;
}

function branchLines(branch: Branch, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  return Object.entries(branch).flatMap(([key, node]) => {
    if (!isValue(node)) return [`${pad}${key}:`, ...branchLines(node, indent + 2)];
    const comment = `${pad}# ${node.description}${choicesText(node)}`;
    const lines = stringify({ [key]: node.default }, { lineWidth: 0 })
      .trimEnd()
      .split('\n');
    return [comment, ...lines.map((line) => pad + line)];
  });
}

function choicesText({ choices }: ChartValue): string {
  return choices === undefined ? '' : ` One of ${choices.filter((choice) => choice !== '').join(', ')}.`;
}

/** values.schema.json: Helm refuses what it does not allow, unknown names included. */
export function valuesSchema(values: readonly ChartValue[]): string {
  const { properties, ...rest } = branchSchema(treeOf(values));
  // Helm hands a subchart the values that are global in its parent.
  const all = { ...(properties as object), global: { type: 'object' } };
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...rest, properties: all }, null, 2)}\n`;
}

function branchSchema(branch: Branch): Record<string, unknown> {
  const properties = Object.fromEntries(
    Object.entries(branch).map(([key, node]) => [key, isValue(node) ? valueSchema(node) : branchSchema(node)]),
  );
  return { type: 'object', additionalProperties: false, properties };
}

function valueSchema({ default: value, description, choices }: ChartValue): Record<string, unknown> {
  return { description, ...typeOf(value), ...(choices !== undefined && { enum: choices }) };
}

function typeOf(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) return { type: 'array' };
  // A number of threads may be written with quotes or without, and `auto` is one.
  if (value === 'auto') return { type: ['string', 'integer'] };
  if (typeof value === 'number') return { type: 'integer', minimum: 0 };
  return { type: typeof value };
}

/** Rows of the README's table. */
export function valuesTable(values: readonly ChartValue[]): string {
  const rows = values.map(
    (value) => `| \`${value.path}\` | \`${JSON.stringify(value.default)}\` | ${value.description}${choicesText(value)} |`,
  );
  return ['| value | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

function treeOf(values: readonly ChartValue[]): Branch {
  const root: Record<string, Branch | ChartValue> = {};
  for (const value of values) {
    const parts = value.path.split('.');
    let branch = root;
    for (const part of parts.slice(0, -1)) branch = (branch[part] ??= {}) as Record<string, Branch | ChartValue>;
    branch[parts.at(-1) as string] = value;
  }
  return root;
}

function isValue(node: Branch | ChartValue): node is ChartValue {
  return typeof node['path'] === 'string';
}
