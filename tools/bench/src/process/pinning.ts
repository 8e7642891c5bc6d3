import { availableParallelism } from 'node:os';
import { findProgram } from './find-program.ts';

/** Keeps what is measured and what measures apart: each gets a core of its own. */
export interface Pinning {
  /** Wraps a command line so that it runs on the core of that number. */
  on(core: 0 | 1, command: readonly string[]): readonly string[];
  /** Why nothing is pinned, in one line; `null` when it is. */
  readonly missing: string | null;
}

/** Pins by `taskset` (util-linux), where there are two cores. */
export function choosePinning(): Pinning {
  const taskset = findProgram('taskset');
  const unpinned = (missing: string): Pinning => ({ on: (_, command) => command, missing });
  if (taskset === null) return unpinned('taskset is missing: nothing is pinned to a core, figures are worth less');
  if (availableParallelism() < 2) return unpinned('one core alone: proxy and load share it, figures are worth less');
  return { on: (core, command) => [taskset, '-c', String(core), ...command], missing: null };
}
