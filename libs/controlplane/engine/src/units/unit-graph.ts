import type { UnitKey } from '@gibbon/contracts/translator';
import { MultiMap, type StoreKey } from '@gibbon/controlplane-store';
import { NOTHING_READ, type UnitNode, type UnitReads } from './unit-node.ts';

/** Units and the edges between them and the store, in both directions. Its size is that of the recorded reads. */
export class UnitGraph {
  readonly #units = new Map<UnitKey, UnitNode>();
  readonly #readers = new MultiMap<StoreKey, UnitNode>();
  /** Who refers to a unit, whether it exists or not. */
  readonly #includers = new MultiMap<UnitKey, UnitNode>();
  readonly #outputReaders = new MultiMap<UnitKey, UnitNode>();

  get size(): number {
    return this.#units.size;
  }

  get(key: UnitKey): UnitNode | null {
    return this.#units.get(key) ?? null;
  }

  add(node: UnitNode): void {
    this.#units.set(node.key, node);
  }

  /** Units that have read this of the store. */
  readersOf(key: StoreKey): Iterable<UnitNode> {
    return this.#readers.get(key);
  }

  /** Units that have read the output of this unit. */
  outputReadersOf(key: UnitKey): Iterable<UnitNode> {
    return this.#outputReaders.get(key);
  }

  /**
   * Replaces the edges of a unit by what a translation recorded.
   * @returns units that it no longer refers to.
   */
  relink(node: UnitNode, next: UnitReads): UnitKey[] {
    const released: UnitKey[] = [];
    move(this.#readers, node, node.read.reads, next.reads);
    released.push(...move(this.#includers, node, node.read.includes, next.includes));
    released.push(...move(this.#outputReaders, node, node.read.outputs, next.outputs));
    node.read = next;
    return released;
  }

  /**
   * Takes a unit out, with its edges to others; those of others to it stay.
   * @returns units that it referred to.
   */
  remove(node: UnitNode): UnitKey[] {
    this.#units.delete(node.key);
    return this.relink(node, NOTHING_READ);
  }

  /** Whether a unit is an object, or is included or read by one, directly or through others. */
  isAlive(node: UnitNode): boolean {
    if (node.object !== null) return true;
    const seen = new Set<UnitKey>([node.key]);
    for (const key of seen) {
      for (const holders of [this.#includers.get(key), this.#outputReaders.get(key)]) {
        for (const holder of holders) {
          if (holder.object !== null) return true;
          seen.add(holder.key);
        }
      }
    }
    return false;
  }
}

/** @returns keys that are no longer among the next ones. */
function move<K>(edges: MultiMap<K, UnitNode>, node: UnitNode, previous: ReadonlySet<K>, next: ReadonlySet<K>): K[] {
  for (const key of next) if (!previous.has(key)) edges.add(key, node);
  const gone: K[] = [];
  for (const key of previous) {
    if (next.has(key)) continue;
    edges.delete(key, node);
    gone.push(key);
  }
  return gone;
}
