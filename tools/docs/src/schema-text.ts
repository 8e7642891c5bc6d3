/** The keywords of JSON Schema that the tables show. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly uniqueItems?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** How a schema reads in a table, e.g. `integer, 1 to 65535` or `set of string`. */
export function typeText(schema: Schema): string {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.map(typeText).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'any';
  return `${types.map((type) => singleType(type, schema)).join(' or ')}${limitsText(schema)}`;
}

function singleType(type: string, schema: Schema): string {
  if (type === 'array') {
    const items = schema.items ?? {};
    return `${schema.uniqueItems === true ? 'set' : 'list'} of ${items['properties'] === undefined ? typeText(items) : 'objects'}`;
  }
  const values = schema.additionalProperties;
  if (type === 'object' && schema.properties === undefined && typeof values === 'object') return `map of ${typeText(values)}`;
  return type;
}

function limitsText(schema: Schema): string {
  const limits = [
    rangeText(schema.minimum, schema.maximum, ''),
    rangeText(above(schema.minLength, 1), schema.maxLength, ' characters'),
    rangeText(above(schema.minItems, 0), schema.maxItems, ' elements'),
    schema.format === undefined ? '' : `format ${schema.format}`,
    schema.pattern === undefined ? '' : `matching ${code(schema.pattern)}`,
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? '' : `, ${limits.join(', ')}`;
}

/** A lower limit that says something: nearly every string has at least one character. */
function above(limit: number | undefined, trivial: number): number | undefined {
  return limit !== undefined && limit > trivial ? limit : undefined;
}

function rangeText(min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `at least ${min}${unit}`;
  if (min === undefined) return `at most ${max}${unit}`;
  return min === max ? `${min}${unit}` : `${min} to ${max}${unit}`;
}

/** A value as inline code that a table cell can hold. */
export function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? '`""`' : `\`${text.replaceAll('|', '\\|')}\``;
}
