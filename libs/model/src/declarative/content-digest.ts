import { hash } from 'node:crypto';
import type { Configuration, Entity, EntityType } from '@gibbon/contracts/entities';
import { definitionOf, ENTITY_TYPES } from '../entities/registry.ts';
import { writeFields } from './write-fields.ts';

/** Fields of an entity as they are written. */
type Fields = Readonly<Record<string, unknown>>;

const MODULUS = 1n << 256n;

/**
 * Names a set of entities by what is written of them, whatever their order and however the set came to be: the sum of the
 * digests of all. Following a change costs what the change has. Holds 32 bytes and a key for each entity.
 */
export class ContentDigest {
  readonly #digests = new Map<string, bigint>();
  #sum = 0n;

  /** 64 hex digits. */
  get text(): string {
    return textOf(this.#sum);
  }

  /** Puts an entity in, in the place of one with its type and id. @param fields as they came, `id` among them. */
  set(type: EntityType, id: string, fields: Fields): void {
    this.delete(type, id);
    const digest = digestOf(type, fields);
    this.#digests.set(`${type}/${id}`, digest);
    this.#sum = (this.#sum + digest) % MODULUS;
  }

  delete(type: EntityType, id: string): void {
    const key = `${type}/${id}`;
    const digest = this.#digests.get(key);
    if (digest === undefined) return;
    this.#digests.delete(key);
    this.#sum = (this.#sum + MODULUS - digest) % MODULUS;
  }

  clear(): void {
    this.#digests.clear();
    this.#sum = 0n;
  }
}

/** The digest of a configuration that is written for Gibbon, as {@link ContentDigest} tells it of who was given all of it. */
export function contentDigest(configuration: Configuration): string {
  let sum = 0n;
  for (const type of ENTITY_TYPES)
    for (const entity of configuration[type] as readonly Entity[]) sum += digestOf(type, writeFields(type, entity, { target: 'gibbon' }));
  return textOf(sum % MODULUS);
}

/** References are written as the id or as `{ id }`, and mean the same. */
function digestOf(type: EntityType, fields: Fields): bigint {
  let canonical: Record<string, unknown> | null = null;
  for (const field of Object.keys(definitionOf(type).foreignKeys)) {
    const value = fields[field];
    if (typeof value === 'object' && value !== null && 'id' in value) (canonical ??= { ...fields })[field] = value.id;
  }
  return BigInt(`0x${hash('sha256', `${type} ${JSON.stringify(canonical ?? fields)}`, 'hex')}`);
}

function textOf(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}
