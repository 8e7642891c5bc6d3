import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { ObjectChange, SourceProblem } from '@gibbon/contracts/source';
import { refOf } from '@gibbon/k8s-types';
import { objectKey } from './object-key.ts';

/** Where an {@link ObjectGate} hands over what passes. */
export interface GateOutput {
  deliver(change: ObjectChange): void;
  /** Problems of an object; none clears them. */
  problems(ref: ObjectRef, problems: readonly SourceProblem[]): void;
}

/**
 * Lets objects of a kind pass that matter and are sound, in the form that translators read, and only when that form has
 * changed: a new status, which nobody reads, costs nothing. An object that becomes unsound stays in its last good version.
 */
export class ObjectGate {
  readonly #kind: ResourceKind;
  readonly #output: GateOutput;
  readonly #locate: (ref: ObjectRef) => string;
  /** The objects as delivered, shared with the store. */
  readonly #delivered = new Map<string, KubeObject>();
  readonly #unsound = new Set<string>();

  constructor(kind: ResourceKind, output: GateOutput, locate: (ref: ObjectRef) => string) {
    this.#kind = kind;
    this.#output = output;
    this.#locate = locate;
  }

  has(ref: ObjectRef): boolean {
    return this.#delivered.has(objectKey(ref));
  }

  upsert(object: KubeObject): void {
    const ref = refOf(object);
    try {
      if (this.#kind.admit?.(object) === false) {
        this.remove(ref);
        return;
      }
      const problems = this.#kind.validate?.(object) ?? [];
      if (problems.length > 0) {
        this.#refuse(
          ref,
          problems.map(({ path, message }) => ({ field: path, message })),
        );
        return;
      }
      this.#pass(ref, this.#kind.normalise?.(object) ?? object);
    } catch (error) {
      this.#refuse(ref, [{ field: '', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }]);
    }
  }

  remove(ref: ObjectRef): void {
    this.#clear(ref);
    if (this.#delivered.delete(objectKey(ref))) this.#output.deliver({ type: 'delete', ref });
  }

  #pass(ref: ObjectRef, object: KubeObject): void {
    this.#clear(ref);
    const key = objectKey(ref);
    const before = this.#delivered.get(key);
    if (before !== undefined && sameButVersion(before, object)) return;
    this.#delivered.set(key, object);
    this.#output.deliver({ type: 'upsert', object });
  }

  #refuse(ref: ObjectRef, problems: readonly { readonly field: string; readonly message: string }[]): void {
    const stays = this.has(ref) ? '; its last good version stays' : '';
    this.#unsound.add(objectKey(ref));
    this.#output.problems(
      ref,
      problems.map(({ field, message }) => ({ location: this.#locate(ref), ref, field, message: `${message}${stays}` })),
    );
  }

  #clear(ref: ObjectRef): void {
    if (this.#unsound.delete(objectKey(ref))) this.#output.problems(ref, []);
  }
}

function sameButVersion(a: KubeObject, b: KubeObject): boolean {
  const { metadata: metadataA, ...restA } = a;
  const { metadata: metadataB, ...restB } = b;
  const { resourceVersion: _a, ...othersA } = metadataA;
  const { resourceVersion: _b, ...othersB } = metadataB;
  return isDeepStrictEqual(othersA, othersB) && isDeepStrictEqual(restA, restB);
}
