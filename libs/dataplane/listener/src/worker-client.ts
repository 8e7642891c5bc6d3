import type { Worker } from 'node:worker_threads';
import { GatewayError } from '@gibbon/contracts/errors';
import type { RemoteError, WorkerAnswer, WorkerCall, WorkerHello, WorkerResults } from './messages.ts';

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** A call without the number that ties it to its answer. */
type WorkerRequest = WorkerCall extends infer C ? (C extends WorkerCall ? Omit<C, 'call'> : never) : never;

/** The main thread's end of one worker. Calls made before its hello wait for it. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #ended = false;
  #failure: unknown = null;
  /** Resolves when the worker can be called; rejects when it never can. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code when the worker is gone. */
  readonly exited: Promise<number>;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.ready = new Promise((resolve, reject) => {
      worker.once('message', (hello: WorkerHello) => {
        worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
        if (hello.hello) resolve();
        else reject(asError(hello.error));
      });
      worker.once('error', (error) => {
        this.#failure = error;
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      worker.once('exit', (code) =>
        reject(new GatewayError('GW_WORKER_EXITED', `a worker ended with code ${code} while starting`, { source: 'internal' })),
      );
    });
    this.ready.catch(() => {}); // whoever waits sees it; nobody waiting is no reason to crash
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#end(code);
        resolve(code);
      });
    });
  }

  /** What was thrown in the worker and caught by nobody, once it has ended of that; `null` when it ended otherwise. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Sends a call. Rejects with the worker's error, or `GW_WORKER_EXITED` when it ends before it answered. */
  async request<T extends WorkerCall['type']>(request: Extract<WorkerRequest, { readonly type: T }>): Promise<WorkerResults[T]> {
    await this.ready;
    if (this.#ended) throw exitedError(0);
    const call = ++this.#calls;
    return new Promise<WorkerResults[T]>((resolve, reject) => {
      this.#pending.set(call, { resolve, reject });
      this.#worker.postMessage({ ...request, call });
    });
  }

  /** Ends the worker at once. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.call);
    if (pending === undefined) return;
    this.#pending.delete(answer.call);
    if (answer.ok) pending.resolve(answer.value as never);
    else pending.reject(asError(answer.error));
  }

  #end(code: number): void {
    this.#ended = true;
    for (const pending of this.#pending.values()) pending.reject(exitedError(code));
    this.#pending.clear();
  }
}

function asError({ code, message }: RemoteError): GatewayError {
  return new GatewayError(code.startsWith('GW_') ? (code as `GW_${string}`) : 'GW_WORKER_FAILED', message, { source: 'internal' });
}

function exitedError(code: number): GatewayError {
  return new GatewayError('GW_WORKER_EXITED', `the worker ended with code ${code} before it answered`, { source: 'internal' });
}
