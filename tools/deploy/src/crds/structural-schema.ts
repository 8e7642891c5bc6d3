/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** Keywords that stay as they are. */
const KEPT = [
  'type',
  'description',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'required',
];

/** Keywords with a meaning of their own below. */
const TRANSLATED = new Set(['properties', 'items', 'additionalProperties', 'uniqueItems']);

/**
 * A JSON Schema in the form that the API server takes. There, unknown fields are dropped, or refused by `kubectl`, unless
 * kept expressly, so a schema does not forbid them; lists are sets by a keyword of their own.
 * @param path of the schema, for errors.
 * @throws Error for a keyword that has no counterpart: leaving it out would change what is accepted.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralSchema(schema: Schema, path = '#'): Schema {
  const result: Record<string, unknown> = {};
  for (const keyword of KEPT) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-kubernetes-')) result[keyword] = value;
    else if (!KEPT.includes(keyword) && !TRANSLATED.has(keyword)) throw new Error(`${path}: "${keyword}" cannot be said in a definition`);
  }
  if (typeof schema['type'] !== 'string') throw new Error(`${path}: expected one type`);
  const { properties, items, additionalProperties, uniqueItems } = schema;
  if (uniqueItems === true) result['x-kubernetes-list-type'] = 'set';
  if (items !== undefined) result['items'] = structuralSchema(items as Schema, `${path}/items`);
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>);
  if (fields.length > 0) {
    result['properties'] = Object.fromEntries(fields.map(([name, field]) => [name, structuralSchema(field, `${path}/properties/${name}`)]));
  }
  if (typeof additionalProperties === 'object')
    result['additionalProperties'] = structuralSchema(additionalProperties as Schema, `${path}/additionalProperties`);
  return result;
}
