import { GatewayError } from '@gibbon/contracts/errors';
import type { HttpClientRequest, HttpClientResponse } from '@gibbon/contracts/services';
import type { Dispatcher } from 'undici';

const DEFAULT_BODY_BYTES = 1024 * 1024;

type Failure = 'GW_HTTP_TIMEOUT' | 'GW_HTTP_CONNECT' | 'GW_HTTP_PROTOCOL' | 'GW_HTTP_ABORTED';

/** One request and its answer: gathers what undici reports, and names what went wrong. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The answer, or a GatewayError. */
  readonly response: Promise<HttpClientResponse>;
  readonly #request: HttpClientRequest;
  readonly #resolve: (response: HttpClientResponse) => void;
  readonly #reject: (error: GatewayError) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #failure: GatewayError | null = null;
  #status = 0;
  #headers: readonly string[] = [];
  readonly #body: Uint8Array[] = [];
  #room: number;

  constructor(request: HttpClientRequest) {
    const { promise, resolve, reject } = Promise.withResolvers<HttpClientResponse>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#request = request;
    this.#room = request.maxBodyBytes ?? DEFAULT_BODY_BYTES;
  }

  /** Whether it has failed already. */
  get failed(): boolean {
    return this.#failure !== null;
  }

  timeOut(): void {
    const stage = this.#controller === null ? 'connect' : this.#status === 0 ? 'answer' : 'end of the answer';
    this.#fail('GW_HTTP_TIMEOUT', `no ${stage} within ${this.#request.timeoutMs} ms`);
  }

  abort(cause: unknown): void {
    this.#fail('GW_HTTP_ABORTED', 'aborted', cause);
  }

  /** Called when the connection is there. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== null) controller.abort(this.#failure);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
    this.#headers = flatHeaders(controller.rawHeaders);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#room <= 0) return;
    // A copy: the buffer is the parser's.
    this.#body.push(Uint8Array.prototype.slice.call(chunk, 0, this.#room));
    this.#room -= chunk.length;
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#body) });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const connected = this.#controller !== null;
    this.#fail(connected ? 'GW_HTTP_PROTOCOL' : 'GW_HTTP_CONNECT', connected ? 'no valid answer' : 'could not connect', error);
  }

  #fail(code: Failure, what: string, cause?: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = new GatewayError(code, `${this.#request.method ?? 'GET'} ${this.#request.url}: ${what}`, {
      source: code === 'GW_HTTP_ABORTED' ? 'internal' : 'upstream',
      ...(cause !== undefined && { cause }),
    });
    this.#reject(this.#failure);
    this.#controller?.abort(this.#failure);
  }
}

function flatHeaders(raw: Dispatcher.DispatchController['rawHeaders']): readonly string[] {
  if (!Array.isArray(raw)) return [];
  return (raw as readonly (Buffer | string)[]).map((text) => (typeof text === 'string' ? text : text.toString('latin1')));
}
