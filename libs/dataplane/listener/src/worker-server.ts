import type { MessagePort } from 'node:worker_threads';
import { codeOf } from '@gibbon/contracts/errors';
import type { RemoteError, WorkerAnswer, WorkerCall, WorkerHello, WorkerResults } from './messages.ts';
import type { DataPlaneThread } from './thread.ts';

/**
 * Runs in a worker: makes the thread, says hello and answers calls until the port closes.
 * @param port the worker's `parentPort`.
 */
export async function serveThread(port: MessagePort, make: () => Promise<DataPlaneThread>): Promise<void> {
  let thread: DataPlaneThread;
  try {
    thread = await make();
  } catch (error) {
    port.postMessage({ hello: false, error: remoteError(error) } satisfies WorkerHello);
    return;
  }
  port.on('message', (call: WorkerCall) => void answer(port, thread, call));
  port.postMessage({ hello: true } satisfies WorkerHello);
}

async function answer(port: MessagePort, thread: DataPlaneThread, call: WorkerCall): Promise<void> {
  try {
    const value = await perform(thread, call);
    port.postMessage({ call: call.call, ok: true, value } satisfies WorkerAnswer);
    if (call.type === 'close') port.close();
  } catch (error) {
    port.postMessage({ call: call.call, ok: false, error: remoteError(error) } satisfies WorkerAnswer);
  }
}

async function perform(thread: DataPlaneThread, call: WorkerCall): Promise<WorkerResults[keyof WorkerResults]> {
  switch (call.type) {
    case 'configure':
      return thread.configure(call.configuration);
    case 'listen':
      return thread.listen(call.listeners);
    case 'unlisten':
      await thread.unlisten(call.addresses);
      return null;
    case 'metrics':
      return thread.metrics();
    case 'stats':
      return thread.stats();
    case 'drain':
      await thread.drain(call.deadlineMs);
      return null;
    case 'close':
      await thread.close();
      return null;
    default:
      throw new Error(`unknown call ${JSON.stringify(call satisfies never)}`);
  }
}

/** Errors lose their class between threads; code and message are what callers use. */
function remoteError(error: unknown): RemoteError {
  return { code: codeOf(error) ?? 'GW_WORKER_FAILED', message: error instanceof Error ? error.message : String(error) };
}
