import { code, typeText, type Schema } from './schema-text.ts';

interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

/**
 * The options of a configuration schema as a Markdown table; nested options by their dotted path.
 * @returns one sentence where there are no options.
 */
export function optionTable(schema: Schema): string {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return 'There are no options.';
  const lines = rows.map(({ path, type, fallback, description }) => `| \`${path}\` | ${type} | ${fallback} | ${description} |`);
  return ['| option | type | default | what it does |', '|---|---|---|---|', ...lines].join('\n');
}

function rowsOf(schema: Schema, prefix: string): readonly Row[] {
  const properties = schema.properties ?? {};
  const required = new Set(schema.required ?? []);
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    return [rowOf(path, property, required.has(name)), ...nestedRows(path, property)];
  });
}

function rowOf(path: string, property: Schema, isRequired: boolean): Row {
  const missing = isRequired ? '**required**' : '';
  return {
    path,
    type: cell(typeText(property)),
    fallback: property.default === undefined ? missing : defaultText(property.default),
    description: cell(property.description ?? ''),
  };
}

function nestedRows(path: string, property: Schema): readonly Row[] {
  if (property.properties !== undefined) return rowsOf(property, `${path}.`);
  return property.items?.properties === undefined ? [] : rowsOf(property.items, `${path}[].`);
}

/** A nested object's default is told by its own rows. */
function defaultText(value: unknown): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0 ? '' : code(value);
}

function cell(text: string): string {
  return text.replaceAll(/(?<!\\)\|/g, '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
