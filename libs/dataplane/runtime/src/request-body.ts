import { Buffer } from 'node:buffer';
import type { ClientConnection, ServerConnection } from '@gibbon/dataplane-http1';

const EMPTY = new Uint8Array(0);

interface Reader {
  readonly limitBytes: number;
  readonly resolve: (body: Uint8Array | null) => void;
}

/**
 * The request's body on its way to the upstream: as it streams, or as a plugin read or replaced it. Remembers what is small,
 * so that an attempt can be repeated; streams the rest with the pace of the slower side.
 */
export class RequestBody {
  readonly #server: ServerConnection;
  readonly #rememberBytes: number;
  /** What a plugin put in place of the client's body. */
  #replacement: Uint8Array | null = null;
  /** The beginning of the body (all of it when complete), while it can still be sent again. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Pieces were sent on and not kept: no second attempt. */
  #forgotten = false;
  #target: ClientConnection | null = null;
  #reader: Reader | null = null;

  constructor(server: ServerConnection, rememberBytes: number) {
    this.#server = server;
    this.#rememberBytes = rememberBytes;
  }

  /** Ready for the next request. Nothing of its body comes before somebody wants it. */
  begin(): void {
    this.#replacement = null;
    if (this.#keptBytes > 0) this.#kept = [];
    this.#keptBytes = 0;
    this.#forgotten = false;
    this.#target = null;
    this.#reader = null;
    if (!this.#server.requestComplete) this.#server.pauseBody();
  }

  /** Whether a plugin replaced it. */
  get replaced(): boolean {
    return this.#replacement !== null;
  }

  /** Length to announce; -1 when it is chunked or there is none. */
  get length(): number {
    return this.#replacement === null ? this.#server.request.headers.contentLength : this.#replacement.length;
  }

  /** Whether it is sent with the chunked coding. */
  get chunked(): boolean {
    return this.#replacement === null && this.#server.request.headers.chunked;
  }

  /** Whether all of it can be sent once more. */
  get repeatable(): boolean {
    return !this.#forgotten;
  }

  /** Whether the client has sent all of it. */
  get complete(): boolean {
    return this.#server.requestComplete;
  }

  /** All of the body, or `null` beyond the limit; see `Exchange.readBody`. */
  read(limitBytes: number): Promise<Uint8Array | null> {
    if (this.#replacement !== null) return Promise.resolve(this.#replacement.length > limitBytes ? null : this.#replacement);
    const text = this.#server.requestText;
    if (text !== null) return Promise.resolve(text.length > limitBytes ? null : Buffer.from(text, 'latin1'));
    if (this.#keptBytes > limitBytes || this.#server.request.headers.contentLength > limitBytes) return Promise.resolve(null);
    if (this.#server.requestComplete) return Promise.resolve(this.#keptBytes === 0 ? EMPTY : Buffer.concat(this.#kept));
    return new Promise((resolve) => {
      this.#reader = { limitBytes, resolve };
      this.#server.sendContinue();
      this.#server.resumeBody();
    });
  }

  /** Takes the place of the client's body, which is read and dropped. */
  replace(body: Uint8Array | string): void {
    this.#replacement = typeof body === 'string' ? Buffer.from(body) : body;
  }

  /** Sends the body to a connection whose head was sent; what is still to come follows. */
  sendTo(target: ClientConnection): void {
    if (this.#replacement !== null) {
      target.sendData(asBuffer(this.#replacement), 0, this.#replacement.length);
      target.sendEnd('');
      return;
    }
    const text = this.#server.requestText;
    if (text !== null) target.sendText(text);
    for (const piece of this.#kept) target.sendData(piece, 0, piece.length);
    if (this.#server.requestComplete) {
      target.sendEnd(this.#trailers());
      return;
    }
    target.flush();
    this.#target = target;
    this.#server.sendContinue();
    if (!target.blocked) this.#server.resumeBody();
  }

  /** The attempt is over: nothing more goes to its connection. */
  detach(): void {
    this.#target = null;
    if (!this.#server.requestComplete) this.#server.pauseBody();
  }

  /** A piece came from the client. */
  onData(bytes: Buffer, start: number, end: number): void {
    if (this.#replacement !== null) return;
    const length = end - start;
    const limit = this.#reader === null ? this.#rememberBytes : this.#reader.limitBytes;
    if (!this.#forgotten && (this.#target === null || this.#keptBytes + length <= limit)) {
      this.#kept.push(Buffer.copyBytesFrom(bytes, start, length));
      this.#keptBytes += length;
    } else {
      this.#forgotten = true;
      if (this.#keptBytes > 0) this.#kept = [];
      this.#keptBytes = 0;
    }
    if (this.#target !== null) {
      this.#target.sendData(bytes, start, end);
      if (this.#target.blocked) this.#server.pauseBody();
    } else if (this.#reader !== null && this.#keptBytes > this.#reader.limitBytes) {
      this.#server.pauseBody();
      this.#settle(null);
    }
  }

  /** One read was delivered. */
  onFlush(): void {
    this.#target?.flush();
    if (this.#target?.blocked === true) this.#server.pauseBody();
  }

  /** The client sent all of it. */
  onEnd(): void {
    if (this.#reader !== null) this.#settle(this.#keptBytes === 0 ? EMPTY : Buffer.concat(this.#kept));
    this.#target?.sendEnd(this.#trailers());
  }

  /** The upstream keeps up again. */
  onWritable(): void {
    if (this.#target !== null) this.#server.resumeBody();
  }

  /** The client is gone, or its body is malformed: whoever waits for it is released. */
  onAbort(): void {
    this.#settle(null);
    this.#target = null;
  }

  #settle(body: Uint8Array | null): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.resolve(body);
  }

  #trailers(): string {
    const trailers = this.#server.requestTrailers;
    return trailers === null ? '' : trailers.serialise(KEEP_ALL);
  }
}

const KEEP_ALL = new Uint8Array(32);

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
