import type { KubeObject } from '@gibbon/contracts/resource';
import type { Failure } from '@gibbon/contracts/translator';
import { annotationFailure, annotationText, KONG_PREFIX } from './annotation.ts';

const PREFIX = `${KONG_PREFIX}/headers.`;
const SEPARATOR_KEY = `${KONG_PREFIX}/headers-separator`;

/** Headers that requests must have, by name as written; a value that begins with `~*` is a regular expression. */
export interface HeaderMatches {
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly failures: readonly Failure[];
}

/**
 * Reads `konghq.com/headers.<name>` and `konghq.com/headers-separator` (default `,`), names in alphabetical order.
 * A header without a value, or whose name is no header name, is left out with a failure.
 */
export function headerMatches(object: KubeObject): HeaderMatches {
  const separator = annotationText(object, SEPARATOR_KEY) || ',';
  const headers: Record<string, readonly string[]> = {};
  const failures: Failure[] = [];
  for (const [key, text] of Object.entries(object.metadata.annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    const values = text
      .split(separator)
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (!/^[a-zA-Z0-9_-]+$/.test(name))
      failures.push(annotationFailure(object, key, text, `a header name of A-Z, a-z, 0-9, "_" and "-" after "headers."`));
    else if (name.toLowerCase() === 'host')
      failures.push(annotationFailure(object, key, text, 'hosts in spec.rules or in host-aliases instead'));
    else if (values.length === 0) failures.push(annotationFailure(object, key, text, `values separated by "${separator}"`));
    else headers[name] = values;
  }
  return { headers, failures };
}
