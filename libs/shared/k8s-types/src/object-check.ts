import type { ConfigProblem } from '@gibbon/contracts/module';

/** Any object of a document. */
export type AnyRecord = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and neither `null` nor an array. */
export function isRecord(value: unknown): value is AnyRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Collects structural problems of an object that somebody wrote by hand. Each method takes a value with its dotted path
 * (1-based for array elements); an absent value is no problem unless {@link ObjectCheck.present} asks for it.
 */
export class ObjectCheck {
  readonly problems: ConfigProblem[] = [];

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /** Notes a problem where a value is absent; tells whether it is there. */
  present(value: unknown, path: string, expected: string): boolean {
    if (value !== undefined && value !== null && value !== '') return true;
    this.problem(path, `required; expected ${expected}`);
    return false;
  }

  record(value: unknown, path: string): AnyRecord | null {
    if (value === undefined || value === null) return null;
    if (isRecord(value)) return value;
    this.problem(path, 'expected an object');
    return null;
  }

  /** The elements of an array with their paths; none where the value is absent or no array. */
  items(value: unknown, path: string): readonly (readonly [unknown, string])[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((item: unknown, index) => [item, `${path}.${index + 1}`]);
    this.problem(path, 'expected a list');
    return [];
  }

  /** A string that matches a pattern. */
  text(value: unknown, path: string, expected = 'a string', pattern?: RegExp): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'string' && (pattern === undefined || pattern.test(value))) return value;
    const hint = typeof value === 'string' || typeof value === 'object' ? '' : '; put it in quotes';
    this.problem(path, `expected ${expected}${hint}`);
    return null;
  }

  /** A list of strings that match a pattern. */
  texts(value: unknown, path: string, expected = 'a string', pattern?: RegExp): readonly string[] {
    return this.items(value, path)
      .map(([item, at]) => this.text(item ?? '', at, expected, pattern))
      .filter((item) => item !== null);
  }

  integer(value: unknown, path: string, min: number, max: number): number | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.problem(path, `expected an integer from ${min} to ${max}`);
    return null;
  }

  boolean(value: unknown, path: string): boolean | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'boolean') return value;
    this.problem(path, 'expected true or false, without quotes');
    return null;
  }

  oneOf(value: unknown, path: string, allowed: readonly string[]): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'string' && allowed.includes(value)) return value;
    this.problem(path, `expected one of ${allowed.join(', ')}; found ${shown(value)}`);
    return null;
  }

  /** A map from strings to strings, as labels and annotations are. */
  textMap(value: unknown, path: string): void {
    for (const [key, text] of Object.entries(this.record(value, path) ?? {})) this.text(text ?? '', `${path}.${key}`);
  }

  /** Name, labels and annotations, which every object has. */
  metadata(value: unknown): void {
    const metadata = this.record(value, 'metadata');
    if (this.present(metadata?.['name'], 'metadata.name', 'the name of the object')) {
      this.text(metadata?.['name'], 'metadata.name', 'a lower-case name of letters, digits, "-" and "."', OBJECT_NAME);
    }
    this.text(metadata?.['namespace'], 'metadata.namespace', 'a lower-case name of letters, digits and "-"', DNS_LABEL);
    this.textMap(metadata?.['labels'], 'metadata.labels');
    this.textMap(metadata?.['annotations'], 'metadata.annotations');
  }
}

/** A DNS label (RFC 1123), as names of namespaces and Services are. */
export const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** A DNS subdomain (RFC 1123), as names of most objects are. */
export const OBJECT_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A wrong value as it stands in the object, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
