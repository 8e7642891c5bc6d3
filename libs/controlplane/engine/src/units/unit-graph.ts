import type { UnitKey } from '@gibbon/contracts/translator';
import type { StoreKey } from '@gibbon/controlplane-store';
import type { Recorder } from './recorder.ts';
import type { StoreDependency, UnitNode } from './unit-node.ts';

/** Who refers to a unit, whether it exists or not. */
interface Links {
  readonly readers: Set<UnitNode>;
  readonly includers: Set<UnitNode>;
}

const NONE: ReadonlySet<UnitNode> = new Set();

/** Units and the edges between them and the store, in both directions. Its size is that of the recorded reads. */
export class UnitGraph {
  readonly #units = new Map<UnitKey, UnitNode>();
  readonly #dependencies = new Map<StoreKey, StoreDependency>();
  readonly #links = new Map<UnitKey, Links>();

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
  readersOf(key: StoreKey): ReadonlySet<UnitNode> {
    return this.#dependencies.get(key)?.units ?? NONE;
  }

  /** Units that have read the output of this unit. */
  outputReadersOf(key: UnitKey): ReadonlySet<UnitNode> {
    return this.#links.get(key)?.readers ?? NONE;
  }

  /**
   * Replaces the edges of a unit by what a translation recorded.
   * @returns units that it no longer refers to.
   */
  relink(node: UnitNode, record: Pick<Recorder, 'reads' | 'includes' | 'outputs'>): UnitKey[] {
    this.#relinkReads(node, record.reads);
    const released: UnitKey[] = [];
    for (const key of record.includes) this.#linksOf(key).includers.add(node);
    for (const key of record.outputs) this.#linksOf(key).readers.add(node);
    for (const key of node.includes) {
      if (!record.includes.has(key)) this.#unlink(key, 'includers', node, released);
    }
    for (const key of node.outputs) {
      if (!record.outputs.has(key)) this.#unlink(key, 'readers', node, released);
    }
    node.includes = record.includes;
    node.outputs = record.outputs;
    return released;
  }

  /**
   * Takes a unit out, with its edges to others; those of others to it stay.
   * @returns units that it referred to.
   */
  remove(node: UnitNode): UnitKey[] {
    this.#units.delete(node.key);
    return this.relink(node, { reads: new Set(), includes: new Set(), outputs: new Set() });
  }

  /** Whether a unit is an object, or is included or read by one, directly or through others. */
  isAlive(node: UnitNode): boolean {
    if (node.object !== null) return true;
    const seen = new Set<UnitKey>([node.key]);
    for (const key of seen) {
      const links = this.#links.get(key);
      for (const role of ['includers', 'readers'] as const) {
        for (const holder of links?.[role] ?? NONE) {
          if (holder.object !== null) return true;
          seen.add(holder.key);
        }
      }
    }
    return false;
  }

  #relinkReads(node: UnitNode, keys: ReadonlySet<StoreKey>): void {
    const reads = new Set<StoreDependency>();
    for (const key of keys) {
      const dependency = this.#dependencies.getOrInsertComputed(key, () => ({ key, units: new Set() }));
      dependency.units.add(node);
      reads.add(dependency);
    }
    for (const dependency of node.reads) {
      if (reads.has(dependency)) continue;
      dependency.units.delete(node);
      if (dependency.units.size === 0) this.#dependencies.delete(dependency.key);
    }
    node.reads = reads;
  }

  #linksOf(key: UnitKey): Links {
    return this.#links.getOrInsertComputed(key, () => ({ readers: new Set(), includers: new Set() }));
  }

  #unlink(key: UnitKey, role: keyof Links, node: UnitNode, released: UnitKey[]): void {
    const links = this.#links.get(key);
    if (links === undefined) return;
    links[role].delete(node);
    if (links.readers.size === 0 && links.includers.size === 0) this.#links.delete(key);
    released.push(key);
  }
}
