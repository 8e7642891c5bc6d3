import { GatewayError } from '@gibbon/contracts/errors';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { TrackedRead, TranslationOutput, UnitKey } from '@gibbon/contracts/translator';
import { NOTHING_READ, type UnitReads } from './unit-node.ts';
import { indexKey, listKey, objectKey, type ObjectReader, type StoreKey } from '@gibbon/controlplane-store';

/** What a recorder asks the engine for. */
export interface UnitAccess {
  /** Makes sure that the unit exists; throws where no translator serves its kind. */
  include(key: UnitKey): void;
  /** The unit's final output of this batch. */
  output(key: UnitKey): TranslationOutput | null;
}

/** The store as one unit sees it during one translation, writing down everything that is asked. */
export class Recorder implements TrackedRead {
  readonly #reads = new Set<StoreKey>();
  readonly #includes = new Set<UnitKey>();
  readonly #outputs = new Set<UnitKey>();
  readonly #store: ObjectReader;
  readonly #units: UnitAccess;
  #open = true;

  constructor(store: ObjectReader, units: UnitAccess) {
    this.#store = store;
    this.#units = units;
  }

  /** What was read so far. */
  get taken(): UnitReads {
    return { reads: this.#reads, includes: orNone(this.#includes), outputs: orNone(this.#outputs) };
  }

  /** After this, reading throws: what is read then would be missed. */
  close(): void {
    this.#open = false;
  }

  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | null {
    this.#record(objectKey(kind, namespace, name));
    return this.#store.get(kind, namespace, name) as T | null;
  }

  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[] {
    this.#record(listKey(kind, namespace));
    return this.#store.list(kind, namespace) as readonly T[];
  }

  index<T extends KubeObject>(name: string, value: string): readonly T[] {
    this.#record(indexKey(name, value));
    return this.#store.index(name, value) as readonly T[];
  }

  include(unit: UnitKey): void {
    this.#check();
    this.#units.include(unit);
    this.#includes.add(unit);
  }

  output(unit: UnitKey): TranslationOutput | null {
    this.#check();
    this.#outputs.add(unit);
    return this.#units.output(unit);
  }

  #record(key: StoreKey): void {
    this.#check();
    this.#reads.add(key);
  }

  #check(): void {
    if (this.#open) return;
    throw new GatewayError(
      'GW_ENGINE_LATE_READ',
      'the tracked view was read after translate() had returned; translators are synchronous and keep no view',
      { source: 'internal' },
    );
  }
}

/** Most units neither include nor read others: they share one empty set. */
function orNone(keys: ReadonlySet<UnitKey>): ReadonlySet<UnitKey> {
  return keys.size === 0 ? NOTHING_READ.outputs : keys;
}
