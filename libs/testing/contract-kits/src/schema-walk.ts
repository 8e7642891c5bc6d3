type Schema = Readonly<Record<string, unknown>>;

/** What is missing from a configuration schema for users and tools to understand it: one line per problem, empty when nothing. */
export function schemaProblems(schema: Schema, path = 'config'): string[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const problems: string[] = [];
  if (schema['properties'] !== undefined && schema['additionalProperties'] !== false)
    problems.push(`${path}: unknown keys are not refused`);
  for (const [key, property] of Object.entries(properties)) {
    const at = `${path}.${key}`;
    const description = property['description'];
    if (typeof description !== 'string' || description.trim().length < 8) problems.push(`${at}: no description`);
    if (property['default'] === undefined && !required.has(key) && property['type'] !== 'object') {
      problems.push(`${at}: neither a default nor required`);
    }
    problems.push(...schemaProblems(property, at));
    if (typeof property['items'] === 'object') problems.push(...schemaProblems(property['items'] as Schema, `${at}[]`));
  }
  return problems;
}

/** Paths of all records of a schema, `[]` for the root: where an unknown key can be tried. */
export function recordPaths(schema: Schema): string[][] {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const nested = properties.filter(([, property]) => property['type'] === 'object' && property['properties'] !== undefined);
  return [[], ...nested.flatMap(([key, property]) => recordPaths(property).map((path) => [key, ...path]))];
}
