import { hash } from 'node:crypto';
import type { Configuration } from '@gibbon/contracts/entities';
import { ENTITY_TYPES } from '../entities/registry.ts';

/** Hash of a node that has no configuration. */
export const EMPTY_HASH = '0'.repeat(32);

/**
 * Kong's hash of a configuration, 32 hex digits: MD5 of the text as it was given, or of the JSON of what was given as an
 * object; {@link EMPTY_HASH} when it has no entities. Tells whether a node must be given its configuration again.
 */
export function configurationHash(source: string | Readonly<Record<string, unknown>>, configuration: Configuration): string {
  if (ENTITY_TYPES.every((type) => configuration[type].length === 0)) return EMPTY_HASH;
  return textHash(typeof source === 'string' ? source : JSON.stringify(source));
}

/** MD5 of a text, hex: what `check_hash` compares. */
export function textHash(text: string): string {
  return hash('md5', text, 'hex');
}
