import { parentPort, workerData } from 'node:worker_threads';
import { serveThread } from '@gibbon/dataplane-listener';
import { createLogger } from '@gibbon/logging';
import type { SharedState } from './shared-state.ts';
import { createServingThread } from './thread.ts';

/** What the main thread hands to a worker. */
export interface WorkerStart {
  readonly shared: SharedState;
  readonly index: number;
}

const { shared, index } = workerData as WorkerStart;
const { log } = createLogger(shared.options.log);
if (parentPort === null) throw new Error('this module runs in a worker thread only');
await serveThread(parentPort, () => createServingThread(shared, index, log));
