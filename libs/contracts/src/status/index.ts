import type { ObjectRef } from '../resource/index.ts';

/**
 * A condition of a status, as the translation has it. When it last changed is for the writer to say, who knows what the
 * object had before.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export interface ConditionDraft {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
  /** Generation of the object that was translated. */
  readonly observedGeneration: number;
}

/** Which parts of a status belong to whoever drafts it; the writer leaves everything else as it finds it. */
export interface StatusOwnership {
  /** Top-level fields that are replaced whole, and removed where the draft does not have them. */
  readonly fields?: readonly string[];
  /** Types of the conditions in `conditions`: written where the draft has them, removed where it does not. */
  readonly conditions?: readonly string[];
  /** Types of the conditions in each of `listeners[].conditions`; entries of listeners that the draft does not have are removed. */
  readonly listenerConditions?: readonly string[];
  /** Entries of `parents` with one of these controller names are replaced by those of the draft; others stay, in their order. */
  readonly controllerNames?: readonly string[];
}

/**
 * The status that an object should have. Depends on objects alone, like entities; the same objects give the same draft.
 * A condition `Programmed` that is `True` says what holds once the proxies have the configuration of the same
 * translation: the writer waits for that.
 */
export interface StatusDraft {
  readonly ref: ObjectRef;
  /** `metadata.generation` of the object that was translated; 0 where it has none. An object whose status has seen a later one is left alone. */
  readonly generation: number;
  /** The status as the API has it (`conditions`, `listeners`, `parents`, …), only owned parts. */
  readonly status: Readonly<Record<string, unknown>>;
  readonly owned: StatusOwnership;
}
