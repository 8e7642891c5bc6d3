import type { CompileProblem, PipelineStats } from '@gibbon/dataplane-runtime';
import type { MetricsSnapshot } from '@gibbon/metrics';
import type { ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';

/** What the main thread asks of a worker; each is answered by one {@link WorkerAnswer} with the same `call`. */
export type WorkerCall =
  | { readonly call: number; readonly type: 'configure'; readonly configuration: ThreadConfiguration }
  | { readonly call: number; readonly type: 'listen'; readonly listeners: readonly ThreadListener[] }
  | { readonly call: number; readonly type: 'unlisten'; readonly addresses: readonly SocketAddress[] }
  | { readonly call: number; readonly type: 'metrics' }
  | { readonly call: number; readonly type: 'stats' }
  | { readonly call: number; readonly type: 'drain'; readonly deadlineMs: number }
  | { readonly call: number; readonly type: 'close' };

/** An error as it crosses threads. */
export interface RemoteError {
  readonly code: string;
  readonly message: string;
}

/** What each call is answered with. */
export interface WorkerResults {
  readonly configure: readonly CompileProblem[];
  readonly listen: readonly ListeningAddress[];
  readonly unlisten: null;
  readonly metrics: MetricsSnapshot;
  readonly stats: PipelineStats;
  readonly drain: null;
  readonly close: null;
}

/** A worker's answer. */
export type WorkerAnswer =
  | { readonly call: number; readonly ok: true; readonly value: WorkerResults[keyof WorkerResults] }
  | { readonly call: number; readonly ok: false; readonly error: RemoteError };

/** The first message of a worker: it can be called now, or why it never can. */
export type WorkerHello = { readonly hello: true } | { readonly hello: false; readonly error: RemoteError };
