import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import { refOf } from '@gibbon/k8s-types';

/** An object as a file has it. */
export interface Claim {
  readonly object: KubeObject;
  /** Where it stands, for messages. */
  readonly location: string;
}

/** An object that stands in a file although another file's counts. */
export interface Duplicate<C extends Claim> {
  readonly ref: ObjectRef;
  readonly claim: C;
  /** The claim that counts. */
  readonly winner: C;
}

interface Contest<C> {
  readonly ref: ObjectRef;
  readonly byFile: Map<string, C>;
}

/** Names an object among all. */
export function claimKey(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** Who has which object. The first file by path counts, so the outcome does not depend on the order of reading. */
export class ObjectClaims<C extends Claim> {
  readonly #contests = new Map<string, Contest<C>>();
  readonly #files = new Map<string, ReadonlyMap<string, C>>();
  readonly #retiring = new Map<string, ReadonlySet<string>>();
  readonly #delivered = new Map<string, KubeObject>();
  readonly #touched = new Set<string>();
  readonly #affected = new Set<string>();

  /** Objects that a file has, by {@link claimKey}. */
  of(file: string): ReadonlyMap<string, C> {
    return this.#files.get(file) ?? new Map<string, C>();
  }

  /** Replaces what a file has. */
  replace(file: string, claims: ReadonlyMap<string, C>): void {
    this.retire(file, new Set());
    for (const key of this.of(file).keys()) {
      if (claims.has(key)) continue;
      this.#contests.get(key)?.byFile.delete(file);
      this.#touched.add(key);
    }
    for (const [key, claim] of claims) {
      this.#contests.getOrInsertComputed(key, () => ({ ref: refOf(claim.object), byFile: new Map() })).byFile.set(file, claim);
      this.#touched.add(key);
    }
    if (claims.size === 0) this.#files.delete(file);
    else this.#files.set(file, claims);
    this.#affected.add(file);
  }

  /** Says which objects a file seems about to let go (it was emptied or renamed): any other file takes them over without complaint. */
  retire(file: string, keys: ReadonlySet<string>): void {
    for (const key of this.#retiring.get(file) ?? []) this.#touched.add(key);
    for (const key of keys) this.#touched.add(key);
    if (keys.size === 0) this.#retiring.delete(file);
    else this.#retiring.set(file, keys);
  }

  /**
   * What has changed since the previous call.
   * @returns changes of objects, and the files whose duplicates may be others.
   */
  settle(): { readonly changes: readonly ObjectChange[]; readonly files: readonly string[] } {
    const changes: ObjectChange[] = [];
    for (const key of this.#touched) {
      const contest = this.#contests.get(key);
      if (contest === undefined) continue;
      for (const file of contest.byFile.keys()) this.#affected.add(file);
      const winner = this.#winnerOf(key)?.claim;
      const delivered = this.#delivered.get(key);
      if (winner === undefined) {
        this.#contests.delete(key);
        this.#delivered.delete(key);
        if (delivered !== undefined) changes.push({ type: 'delete', ref: contest.ref });
      } else if (winner.object !== delivered) {
        this.#delivered.set(key, winner.object);
        changes.push({ type: 'upsert', object: winner.object });
      }
    }
    const files = [...this.#affected];
    this.#touched.clear();
    this.#affected.clear();
    return { changes, files };
  }

  /** The claim that counts and its file, or `null`. */
  find(ref: ObjectRef): { readonly file: string; readonly claim: C } | null {
    return this.#winnerOf(claimKey(ref));
  }

  /** Objects of a file that do not count. */
  duplicatesOf(file: string): Duplicate<C>[] {
    const duplicates: Duplicate<C>[] = [];
    for (const [key, claim] of this.of(file)) {
      const winner = this.#winnerOf(key);
      if (winner === null || winner.file === file || this.#isRetiring(file, key)) continue;
      duplicates.push({ ref: refOf(claim.object), claim, winner: winner.claim });
    }
    return duplicates;
  }

  #winnerOf(key: string): { readonly file: string; readonly claim: C } | null {
    let best: { readonly file: string; readonly claim: C; readonly retiring: boolean } | null = null;
    for (const [file, claim] of this.#contests.get(key)?.byFile ?? []) {
      const retiring = this.#isRetiring(file, key);
      if (best === null || (best.retiring === retiring ? file < best.file : best.retiring)) best = { file, claim, retiring };
    }
    return best;
  }

  #isRetiring(file: string, key: string): boolean {
    return this.#retiring.get(file)?.has(key) ?? false;
  }
}
