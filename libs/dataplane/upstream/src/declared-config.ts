type Fields = Readonly<Record<string, unknown>>;

/**
 * Of an entity's fields those that a module's schema declares, level by level: so that Kong's fields configure modules
 * that know them, and modules need not know Kong's other fields.
 */
export function selectDeclared(schema: Fields, source: Fields): Record<string, unknown> {
  const selected: Record<string, unknown> = {};
  for (const [key, property] of Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Fields>>)) {
    const value = source[key];
    if (value === undefined) continue;
    const nested = property['properties'] !== undefined && isRecord(value);
    selected[key] = nested ? selectDeclared(property, value) : value;
  }
  return selected;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
