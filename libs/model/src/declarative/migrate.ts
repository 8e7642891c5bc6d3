import { normalPrefix } from '../entities/router-path.ts';

/** Format versions that Kong reads. */
export const FORMAT_VERSIONS: readonly string[] = ['1.1', '2.1', '3.0'];

/**
 * Brings the paths of routes of versions 1.1 and 2.1 to version 3.0, where regular expressions begin with `~`. Routes at
 * the top and in services; the document is copied where it changes.
 */
export function migrate(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (document['_format_version'] === '3.0') return document;
  const migrated: Record<string, unknown> = { ...document };
  if (Array.isArray(document['routes'])) migrated['routes'] = document['routes'].map(migrateRoute);
  if (Array.isArray(document['services'])) {
    migrated['services'] = document['services'].map((service: unknown) => {
      const nested = fieldsOf(service)?.['routes'];
      return Array.isArray(nested) ? { ...fieldsOf(service), routes: nested.map(migrateRoute) } : service;
    });
  }
  return migrated;
}

function migrateRoute(route: unknown): unknown {
  const fields = fieldsOf(route);
  if (fields === null || !Array.isArray(fields['paths'])) return route;
  return { ...fields, paths: fields['paths'].map((path: unknown) => (typeof path === 'string' ? migratePath(path) : path)) };
}

/** A path as version 3.0 writes it. */
export function migratePath(path: string): string {
  if (/^[A-Za-z0-9.\-_~/%]*$/.test(path)) return path.startsWith('~') ? path : normalPrefix(path);
  return `~${path.replace(/%([0-9A-Fa-f]{2})/g, decodeInRegex)}`;
}

function decodeInRegex(escape: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  if (/[A-Za-z0-9_~]/.test(character)) return character;
  return /[.^\-{}\\|]/.test(character) ? `\\${character}` : escape.toUpperCase();
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
}
