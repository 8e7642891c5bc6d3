import { unmappedIp } from '@gibbon/net';
import { CLOSED_HANDLER } from './closed-handler.ts';
import type { Connection, ConnectionHandler } from './contract.ts';
import { ioError } from './io-error.ts';
import { READ_BUFFER } from './read-buffer.ts';
import { findStreamInternals, type Endpoint, type StreamHandle, type StreamInternals, type StreamRequest } from './stream-handles.ts';

/** `null` on a Node that is not as expected: then no connection is ever made here. */
export const INTERNALS: StreamInternals | null = findStreamInternals();

const state = INTERNALS?.state ?? new Int32Array(1);
const READ_RESULT = INTERNALS?.readBytesOrError ?? 0;
const WRITE_WAS_ASYNC = INTERNALS?.lastWriteWasAsync ?? 0;
const END_OF_FILE = INTERNALS?.endOfFile ?? 0;

/** Writes of bytes go through one buffer per thread: libuv keeps a pointer to what the kernel did not take, and the caller reuses its memory. */
const SCRATCH_BYTES = 128 * 1024;
let scratch = newScratch();
/** Used again and again until a write does not complete at once; `null` then. */
let spareRequest: StreamRequest | null = null;
const endpoint: Endpoint = {};

/** What `buffer.write(text, 0, length, 'latin1')` calls, without looking the encoding up. */
interface Latin1Buffer extends Buffer {
  latin1Write(text: string, offset: number, length: number): number;
}

function newScratch(): Latin1Buffer {
  return Buffer.allocUnsafeSlow(SCRATCH_BYTES) as unknown as Latin1Buffer;
}

type OwnedHandle = StreamHandle & { owner: DirectConnection };

function onRead(this: StreamHandle): void {
  const length = state[READ_RESULT] as number;
  const connection = (this as OwnedHandle).owner;
  if (length > 0) connection.handler.onData(READ_BUFFER, length);
  else if (length < 0) connection.readEnded(length);
}

function onWritten(this: StreamRequest, status: number): void {
  const connection = this.owner as DirectConnection;
  this.owner = null;
  this.buffer = null;
  connection.written(status);
}

function onShutdown(this: StreamRequest, status: number): void {
  (this.owner as DirectConnection).finSent(status);
}

function onClosed(this: StreamHandle): void {
  (this as OwnedHandle).owner.closed();
}

function newWriteRequest(): StreamRequest {
  const request = new (INTERNALS as StreamInternals).WriteRequest();
  request.oncomplete = onWritten;
  request.owner = null;
  request.buffer = null;
  return request;
}

/**
 * A {@link Connection} on the handle under a socket. One read is one call from libuv with the bytes already in the thread's
 * buffer; one write is one call that usually completes at once and then allocates nothing.
 */
export class DirectConnection implements Connection {
  remoteAddress = '';
  remotePort = 0;
  localAddress = '';
  localPort = 0;
  readonly tls = null;
  /** @internal Read by the read callback. */
  handler: ConnectionHandler = CLOSED_HANDLER;
  /** `null` as soon as closing has begun. */
  #handle: StreamHandle | null;
  /** Who gets `onClose`. */
  #closeHandler: ConnectionHandler = CLOSED_HANDLER;
  #error: Error | null = null;
  #pendingWrites = 0;
  #paused = false;
  #reading = false;
  /** `end` was called. */
  #ending = false;
  #finSent = false;
  #peerEnded = false;

  constructor(handle: StreamHandle) {
    this.#handle = handle;
    handle.owner = this;
    handle.onread = onRead;
  }

  /** Whether closing has not begun. */
  get open(): boolean {
    return this.#handle !== null;
  }

  get pendingBytes(): number {
    return this.#handle === null ? 0 : this.#handle.writeQueueSize;
  }

  /** Sets who hears of what happens from now on. Destroyed before: only `onClose` is left to tell. */
  attach(handler: ConnectionHandler): void {
    this.#closeHandler = handler;
    if (this.#handle !== null) this.handler = handler;
  }

  /** The handle is connected: prepares it and notes the addresses, which it forgets when it closes. */
  opened(): void {
    const handle = this.#handle;
    if (handle === null) return;
    handle.setNoDelay(true);
    handle.useUserBuffer(READ_BUFFER);
    if (handle.getpeername(endpoint) === 0) {
      this.remoteAddress = unmappedIp(endpoint.address ?? '');
      this.remotePort = endpoint.port ?? 0;
    }
    if (handle.getsockname(endpoint) === 0) {
      this.localAddress = unmappedIp(endpoint.address ?? '');
      this.localPort = endpoint.port ?? 0;
    }
  }

  /** Starts reading unless paused. */
  startReading(): void {
    if (this.#handle === null || this.#paused || this.#reading || this.#peerEnded) return;
    this.#reading = true;
    const status = this.#handle.readStart();
    if (status !== 0) this.destroy(ioError('read', status));
  }

  writeLatin1(text: string): boolean {
    const handle = this.#handle;
    if (handle === null) return true;
    if (text.length === 0) return this.#pendingWrites === 0;
    const request = (spareRequest ??= newWriteRequest());
    const status = handle.writeLatin1String(request, text);
    if (status === 0 && state[WRITE_WAS_ASYNC] === 0) return this.#pendingWrites === 0;
    return this.#unfinished(request, status);
  }

  write(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if (length <= SCRATCH_BYTES) {
      scratch.set(bytes, 0);
      return this.#writeScratch(length);
    }
    for (let start = 0; start < length && this.#handle !== null; start += SCRATCH_BYTES) {
      if (this.#pendingWrites > 0) return this.#writeOwned(Buffer.from(bytes.subarray(start)));
      this.write(bytes.subarray(start, start + SCRATCH_BYTES));
    }
    return this.#pendingWrites === 0;
  }

  writeLatin1AndBytes(text: string, bytes: Uint8Array): boolean {
    const headLength = text.length;
    const length = headLength + bytes.length;
    if (length > SCRATCH_BYTES) {
      this.writeLatin1(text);
      return this.write(bytes);
    }
    scratch.latin1Write(text, 0, headLength);
    scratch.set(bytes, headLength);
    return this.#writeScratch(length);
  }

  pause(): void {
    this.#paused = true;
    if (!this.#reading || this.#handle === null) return;
    this.#reading = false;
    this.#handle.readStop();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.startReading();
  }

  end(): void {
    const handle = this.#handle;
    if (handle === null || this.#ending) return;
    this.#ending = true;
    const request = new (INTERNALS as StreamInternals).ShutdownRequest();
    request.oncomplete = onShutdown;
    request.owner = this;
    const status = handle.shutdown(request);
    if (status !== 0) this.finSent(status === 1 ? 0 : status);
  }

  destroy(error: Error | null = null, reset = false): void {
    const handle = this.#handle;
    if (handle === null) return;
    this.#handle = null;
    this.#error = error;
    this.handler = CLOSED_HANDLER;
    // libuv refuses to reset while a FIN is on its way out, and the handle could not be closed afterwards.
    if (!reset || this.#ending) handle.close(onClosed);
    else if (handle.reset(onClosed) !== 0) setImmediate(() => this.closed());
  }

  /** @internal Reading came to an end. */
  readEnded(status: number): void {
    if (this.#handle === null) return;
    if (status !== END_OF_FILE) return this.destroy(ioError('read', status));
    this.#peerEnded = true;
    this.#reading = false;
    this.handler.onEnd();
    this.#closeIfEnded();
  }

  /** @internal A write that had not completed at once is done. */
  written(status: number): void {
    this.#pendingWrites--;
    if (this.#handle === null) return;
    if (status !== 0) return this.destroy(ioError('write', status));
    if (this.#pendingWrites === 0) this.handler.onDrain();
  }

  /** @internal The FIN is out, or will never be. */
  finSent(status: number): void {
    if (this.#handle === null) return;
    if (status !== 0 && status !== INTERNALS?.notConnected) return this.destroy(ioError('shutdown', status));
    this.#finSent = true;
    this.#closeIfEnded();
  }

  /** @internal The handle is gone. */
  closed(): void {
    const handler = this.#closeHandler;
    this.#closeHandler = CLOSED_HANDLER;
    handler.onClose(this.#error);
  }

  #closeIfEnded(): void {
    if (this.#finSent && this.#peerEnded) this.destroy();
  }

  #writeScratch(length: number): boolean {
    const handle = this.#handle;
    if (handle === null) return true;
    if (length === 0) return this.#pendingWrites === 0;
    const request = (spareRequest ??= newWriteRequest());
    const status = handle.writeBuffer(request, scratch.subarray(0, length));
    if (status === 0 && state[WRITE_WAS_ASYNC] === 0) return this.#pendingWrites === 0;
    request.buffer = scratch;
    scratch = newScratch();
    return this.#unfinished(request, status);
  }

  /** Writes memory that nobody else uses. */
  #writeOwned(bytes: Uint8Array): boolean {
    const request = (spareRequest ??= newWriteRequest());
    const status = (this.#handle as StreamHandle).writeBuffer(request, bytes);
    if (status === 0 && state[WRITE_WAS_ASYNC] === 0) return this.#pendingWrites === 0;
    request.buffer = bytes;
    return this.#unfinished(request, status);
  }

  /** The request belongs to libuv until it completes, or the connection is broken. */
  #unfinished(request: StreamRequest, status: number): boolean {
    spareRequest = null;
    if (status !== 0) {
      this.destroy(ioError('write', status));
      return true;
    }
    request.owner = this;
    this.#pendingWrites++;
    return false;
  }
}
