import { createToken, type Disposable, type Token } from '../module/index.ts';
import type { ObjectRef } from '../resource/index.ts';

/** A list in a status of which some entries are ours and the others somebody else's. */
export interface OwnedList {
  /** Field of the status, e.g. `parents` or `conditions`. */
  readonly field: string;
  /** Whether an entry of the list is ours, e.g. by `controllerName`. Pure. */
  owns(entry: unknown): boolean;
  /** Tells our entries apart, e.g. by parent reference. Pure. */
  key(entry: unknown): string;
  /** Lists within our entries of which, too, only some entries are ours, e.g. the conditions of a listener. Default: none. */
  readonly nested?: readonly OwnedList[];
}

/**
 * What the status of an object ought to say of us.
 *
 * Fields of `status` that are no owned lists are replaced as a whole; fields that it does not have are left alone; of
 * owned lists our entries are replaced, added and removed. Conditions are written without `lastTransitionTime`: whoever
 * writes the status keeps it where the condition's status is the same, and sets it otherwise.
 */
export interface StatusDraft {
  readonly ref: ObjectRef;
  /** API group; empty for core. */
  readonly group: string;
  /** Version under which the object is served. */
  readonly version: string;
  /** Lower-case plural. */
  readonly plural: string;
  /** `metadata.generation` of the object that the draft was made from, or `null` where the kind has none: it is not written over a newer one. */
  readonly generation: number | null;
  /** `metadata.uid` of that object: the draft is not written to another of the same name. */
  readonly uid: string;
  readonly status: Readonly<Record<string, unknown>>;
  readonly owned: readonly OwnedList[];
  /**
   * Whether `Programmed` among `status.conditions` becomes `False` while there is a problem with the object of which its
   * translation does not know: an older object has the same name, a data plane refuses what it yields. Default: not.
   */
  readonly followsProblems?: boolean;
}

/** Where statuses go. Calls return at once. */
export interface StatusSink {
  /** Replaces the drafts of these objects. Equal ones cost nothing. */
  submit(drafts: readonly StatusDraft[]): void;
  /** The object is gone, or is not ours any more and has been cleaned: nothing is written to it any more. */
  forget(ref: ObjectRef): void;
}

/** The {@link StatusSink} of this process, where there is an API server. */
export const STATUS_SINK: Token<StatusSink> = createToken<StatusSink>('gibbon/status-sink@1');

/** Which of several replicas writes. */
export interface Leadership {
  /** Whether this process leads now. */
  readonly leading: boolean;
  /** Calls the listener whenever that changes, until the result is disposed. */
  onChange(listener: (leading: boolean) => void): Disposable;
}

/** The {@link Leadership} of this process. */
export const LEADERSHIP: Token<Leadership> = createToken<Leadership>('gibbon/leadership@1');
