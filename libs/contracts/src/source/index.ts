import type { KubeObject, ObjectRef } from '../resource/index.ts';

/** One change of one object. */
export type ObjectChange = { readonly type: 'upsert'; readonly object: KubeObject } | { readonly type: 'delete'; readonly ref: ObjectRef };

/** Something that a source could not read. */
export interface SourceProblem {
  /** Where: a file with line and column (`web.yaml:12:3`), a URL, an API path. */
  readonly location: string;
  /** The object concerned, where it is known. */
  readonly ref: ObjectRef | null;
  /** Dotted path in the object, or empty. */
  readonly field: string;
  /** CamelCase, for events. Default `Invalid`, or `Unreadable` without an object. */
  readonly reason?: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Where a source delivers. Synchronous; the caller must not mutate what it handed over. */
export interface SourceSink {
  /** Applies changes as one batch. */
  apply(changes: readonly ObjectChange[]): void;
  /** Replaces the problems known of an origin (a file); an empty list clears them. */
  problems(origin: string, problems: readonly SourceProblem[]): void;
}

/** Brings Kubernetes objects into the store. */
export interface Source {
  /**
   * Delivers what exists, then resolves; goes on delivering changes until its scope ends.
   * Rejects with a GatewayError when it can never work (a missing folder).
   */
  start(sink: SourceSink): Promise<void>;
  /**
   * Where an object that it delivered comes from, as in {@link SourceProblem.location}, and where in there the field is
   * (dotted path, 1-based for array elements; empty for the object). `null` where that is not known.
   * Called for messages only: may read files.
   */
  locate?(ref: ObjectRef, field: string): string | null;
}
