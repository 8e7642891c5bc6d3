import type { KubeObject } from '@gibbon/contracts/resource';
import type { Clock } from '@gibbon/contracts/services';
import type { Disposable } from '@gibbon/contracts/module';
import type { Dispatcher } from 'undici';
import type { ApiAccess } from '../access/api-access.ts';
import { partsOf } from '../access/server-address.ts';
import { ApiError, asApiError, errorOfAnswer, errorOfStatus } from '../api-error.ts';
import { LineSplitter } from './line-splitter.ts';

/** A change as a watch shows it. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  /** Nothing else has happened up to this version. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** Who follows a watch. Called synchronously, in order; must not throw. */
export interface WatchHandler {
  /** The server has accepted the watch. */
  onOpen(): void;
  /** Events that came together, at least one. */
  onEvents(events: readonly WatchEvent[]): void;
}

/** How a watch ended: the server or its caller ended it (`null`), or why it failed. */
export type WatchEnd = ApiError | null;

/** What a {@link Watch} is made of. */
export interface WatchOptions {
  readonly access: ApiAccess;
  /** With its query. */
  readonly path: string;
  /** The request in words. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handler: WatchHandler;
  readonly clock: Clock;
}

/** Objects of etcd have 1.5 MiB at the most; in JSON with managed fields some more. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const OPEN_TIMEOUT_MS = 30_000;

interface Line {
  readonly type?: string;
  readonly object?: KubeObject & { readonly code?: number; readonly message?: string; readonly reason?: string };
}

/** One open watch. */
export class Watch implements Dispatcher.DispatchHandler {
  /** Resolves when the watch has ended; never rejects. */
  readonly ended: Promise<WatchEnd>;
  readonly #options: WatchOptions;
  readonly #splitter: LineSplitter;
  readonly #settle: (end: WatchEnd) => void;
  readonly #opening: Disposable;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #retryAfter: string | null = null;
  #errorBody = '';
  #events: WatchEvent[] = [];
  #closed = false;
  #lastMs: number;

  constructor(options: WatchOptions) {
    const { promise, resolve } = Promise.withResolvers<WatchEnd>();
    this.ended = promise;
    this.#settle = resolve;
    this.#options = options;
    this.#lastMs = options.clock.monotonic();
    this.#splitter = new LineSplitter(MAX_LINE_BYTES, (line) => this.#read(line));
    this.#opening = options.clock.after(OPEN_TIMEOUT_MS, () =>
      this.#end(new ApiError('GW_K8S_TIMEOUT', `${options.what}: no answer within ${OPEN_TIMEOUT_MS} ms`)),
    );
    void this.#open();
  }

  /** When the server last said something, monotonic milliseconds. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Ends the watch; nothing is handed over any more. */
  close(): void {
    this.#end(null);
  }

  /** Ends the watch as failed: its owner has heard nothing for too long. */
  abandon(reason: string): void {
    this.#end(new ApiError('GW_K8S_TIMEOUT', `${this.#options.what}: ${reason}`));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#closed) controller.abort(new Error('closed'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    void this.#opening.dispose();
    this.#status = status;
    this.#lastMs = this.#options.clock.monotonic();
    const { 'retry-after': retryAfter } = headers;
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : null;
    if (status === 200 && !this.#closed) this.#options.handler.onOpen();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#closed) return;
    this.#lastMs = this.#options.clock.monotonic();
    if (this.#status !== 200) {
      if (this.#errorBody.length < MAX_ERROR_BYTES) this.#errorBody += chunk.toString('utf8');
      return;
    }
    const fits = this.#splitter.push(chunk);
    this.#flush();
    if (!fits) this.#end(new ApiError('GW_K8S_PROTOCOL', `${this.#options.what}: an event has more than ${MAX_LINE_BYTES} bytes`));
  }

  onResponseEnd(): void {
    if (this.#status === 200) this.#end(null);
    else this.#end(errorOfAnswer(this.#options.what, this.#status, this.#errorBody, this.#retryAfter));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#end(asApiError(this.#options.what, error));
  }

  async #open(): Promise<void> {
    const { access, path, headers, what } = this.#options;
    try {
      const connection = await access.connect();
      if (this.#closed) return;
      const { origin, base } = partsOf(access.server);
      connection.dispatcher.dispatch(
        {
          origin,
          path: `${base}${path}`,
          method: 'GET',
          headers: { ...headers, ...connection.headers },
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        this,
      );
    } catch (error) {
      this.#end(asApiError(what, error));
    }
  }

  #read(text: string): void {
    if (this.#closed) return;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (error) {
      this.#fail(new ApiError('GW_K8S_PROTOCOL', `${this.#options.what}: an event is no JSON`, { cause: error }));
      return;
    }
    const { type, object } = line;
    if (type === 'ERROR') this.#fail(errorOfStatus(this.#options.what, object ?? {}));
    else if (object?.metadata === undefined) this.#fail(new ApiError('GW_K8S_PROTOCOL', `${this.#options.what}: an event has no object`));
    else if (type === 'BOOKMARK') this.#events.push({ type, resourceVersion: object.metadata.resourceVersion ?? '' });
    else if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') this.#events.push({ type, object });
  }

  /** Hands over what came before the failure first. */
  #fail(error: ApiError): void {
    this.#flush();
    this.#end(error);
  }

  #flush(): void {
    if (this.#events.length === 0 || this.#closed) return;
    const events = this.#events;
    this.#events = [];
    this.#options.handler.onEvents(events);
  }

  #end(end: WatchEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#opening.dispose();
    if (end?.code === 'GW_K8S_UNAUTHORIZED') this.#options.access.renew();
    this.#controller?.abort(new Error('closed'));
    this.#settle(end);
  }
}
