import { codeOf } from '@gibbon/contracts/errors';
import type { Connection, ConnectionHandler, ConnectOptions, Transport } from '@gibbon/dataplane-transport';
import { WheelEntry, type TimerWheel } from '@gibbon/time';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { HeaderBlock } from './header-block.ts';
import { HeldBytes } from './held-bytes.ts';
import { latin1 } from './latin1.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { BodyMode, MessageWriter } from './message-writer.ts';
import { Problem, problemText } from './problems.ts';
import type { ClientFailure, ResponseHandler } from './response-handler.ts';
import type { ResponseHead } from './response-head.ts';

/** Bodies up to this size that arrive whole with their head stay part of the response's string. */
const INLINE_BYTES = 16_384;
/** Interim (1xx) responses before the final one. */
const INTERIM_RESPONSES = 16;

/** What the bytes that arrive are. */
const Reading = { nothing: 0, head: 1, length: 2, chunked: 3, untilClose: 4, tunnel: 5 } as const;

/** Who gets connections back. */
export interface ConnectionOwner {
  /** The exchange is over and the connection can serve another. */
  onIdle(connection: ClientConnection): void;
  /** The connection is gone: drop it. */
  onGone(connection: ClientConnection): void;
}

/** Timeouts of one exchange. */
export interface ExchangeTimeouts {
  /** Between two reads, in milliseconds. */
  readonly readMs: number;
  /** Between two writes. */
  readonly writeMs: number;
}

/**
 * The client's side of HTTP/1.1 connections: one exchange at a time, reused when the framing leaves no doubt.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9
 */
export class ClientConnection extends WheelEntry implements ConnectionHandler {
  /** Exchanges begun. */
  exchanges = 0;
  /** For the owner's list of idle connections. */
  olderIdle: ClientConnection | null = null;
  newerIdle: ClientConnection | null = null;

  readonly #wheel: TimerWheel;
  readonly #owner: ConnectionOwner;
  readonly #held = new HeldBytes();
  #connection: Connection | null = null;
  #writer: MessageWriter | null = null;
  #handler: ResponseHandler | null = null;
  #response: ResponseHead | null = null;
  #timeouts: ExchangeTimeouts = { readMs: 0, writeMs: 0 };
  #chunks: ChunkDecoder | null = null;
  #reading: number = Reading.nothing;
  #left = 0;
  #interim = 0;
  #headRequest = false;
  #upgrade = false;
  #sent = false;
  #connected = false;
  /** The end of a body that ends with the connection has come, but not all of the body was delivered. */
  #endHeld = false;
  #bodyPaused = false;
  #readPaused = false;
  #consuming = false;
  /** The body was let go on while bytes were being consumed: reading goes on after them. */
  #resumeAfter = false;
  #closed = false;

  constructor(wheel: TimerWheel, owner: ConnectionOwner) {
    super();
    this.#wheel = wheel;
    this.#owner = owner;
  }

  /** Starts connecting; call {@link begin} in the same turn. */
  connect(transport: Transport, options: ConnectOptions): void {
    this.#connection = transport.connect(options, this);
    this.#writer = new MessageWriter(this.#connection);
  }

  /** Whether it stands. */
  get connected(): boolean {
    return this.#connected && !this.#closed;
  }

  /** Whether the server does not keep up: wait for `onServerWritable`. */
  get blocked(): boolean {
    return this.#writer?.blocked ?? false;
  }

  /** Fields after a chunked body, or `null`; valid during `onResponseEnd`. */
  get responseTrailers(): HeaderBlock | null {
    return this.#chunks !== null && this.#response?.headers.chunked === true && this.#chunks.trailers.count > 0
      ? this.#chunks.trailers
      : null;
  }

  /** Bytes of the request sent, head included. */
  get bytesOut(): number {
    return this.#writer?.bytes ?? 0;
  }

  /**
   * Starts an exchange. On a new connection `onConnected` follows; on a reused one the request may be sent at once.
   * @param response filled when the head arrives; the caller's.
   */
  begin(handler: ResponseHandler, response: ResponseHead, timeouts: ExchangeTimeouts): void {
    this.#handler = handler;
    this.#response = response;
    this.#timeouts = timeouts;
    this.#interim = 0;
    this.#sent = false;
    this.#endHeld = false;
    this.#bodyPaused = false;
    this.exchanges++;
  }

  /**
   * Sends the request's head.
   * @param head complete, with its empty line.
   * @param method decides, with the status, whether the response has a body.
   * @param upgrade whether the request asks for an upgrade.
   * @param chunked whether the body is sent with the chunked coding.
   */
  sendHead(head: string, method: string, upgrade: boolean, chunked: boolean): void {
    this.#headRequest = method === 'HEAD';
    this.#upgrade = upgrade;
    this.#reading = Reading.head;
    this.#writer?.begin(head, chunked ? BodyMode.chunked : BodyMode.plain);
  }

  /** A piece of the request's body as a string, one character per byte. Leaves with {@link flush} or {@link sendEnd}. */
  sendText(text: string): void {
    this.#writer?.text(text);
  }

  /** A piece of the request's body. Small pieces leave with {@link flush} or {@link sendEnd}. */
  sendData(bytes: Buffer, start: number, end: number): void {
    this.#writer?.data(bytes, start, end);
    this.#watchWrite();
  }

  /** Ends the request. */
  sendEnd(trailers: string): void {
    this.#sent = true;
    this.#writer?.end(trailers);
    this.#wheel.schedule(this, this.blocked ? this.#timeouts.writeMs : this.#timeouts.readMs);
  }

  /** Writes what was gathered. */
  flush(): void {
    this.#writer?.flush();
    this.#watchWrite();
  }

  /** Stops the body, so that TCP pushes back. */
  pauseBody(): void {
    if (this.#bodyPaused || this.#reading < Reading.length) return;
    this.#bodyPaused = true;
    this.#pauseReading();
  }

  /** Lets the body come again. */
  resumeBody(): void {
    if (!this.#bodyPaused) return;
    this.#bodyPaused = false;
    this.#wheel.schedule(this, this.#timeouts.readMs);
    if (this.#consuming) this.#resumeAfter = true;
    else this.#consumeHeld();
  }

  /** Bytes of a tunnel, which ends when nothing passes for the read timeout. @returns false when the server does not keep up: wait for `onServerWritable`. */
  sendTunnel(bytes: Buffer, start: number, end: number): boolean {
    this.#wheel.schedule(this, this.#timeouts.readMs);
    const sent = this.#connection?.write(bytes.subarray(start, end)) ?? true;
    if (!sent && this.#writer !== null) this.#writer.blocked = true;
    return sent;
  }

  /** Stops the bytes of a tunnel. */
  pauseTunnel(): void {
    this.#pauseReading();
  }

  /** Lets the bytes of a tunnel come again. */
  resumeTunnel(): void {
    if (this.#readPaused) this.#consumeHeld();
  }

  /** Ends our side of a tunnel. */
  endTunnel(): void {
    this.#connection?.end();
  }

  /** Gives up the exchange: nothing more is called, the connection closes. */
  abandon(): void {
    this.#handler = null;
    this.#reading = Reading.nothing;
    this.#connection?.destroy(null, true);
  }

  /** Waits for its next exchange. Called by the owner. */
  rest(idleTimeoutMs: number): void {
    this.#wheel.schedule(this, idleTimeoutMs);
  }

  /** Closes an idle connection. */
  close(): void {
    this.#connection?.destroy();
  }

  onConnect(): void {
    this.#connected = true;
    this.#handler?.onConnected();
  }

  onData(buffer: Buffer, length: number): void {
    if (this.#readPaused) {
      this.#held.append(buffer, 0, length);
      return;
    }
    this.#consuming = true;
    this.#consume(buffer, 0, length);
    this.#consuming = false;
    if (!this.#resumeAfter) return;
    this.#resumeAfter = false;
    this.#consumeHeld();
  }

  onDrain(): void {
    if (this.#writer !== null) this.#writer.blocked = false;
    if (this.#handler === null) return;
    this.#wheel.schedule(this, this.#timeouts.readMs);
    this.#handler.onServerWritable();
  }

  onEnd(): void {
    switch (this.#reading) {
      case Reading.tunnel:
        this.#handler?.onServerTunnelEnd();
        return;
      case Reading.untilClose:
        // What is held while paused has to be delivered before the end.
        this.#endHeld = this.#held.length > 0;
        if (!this.#endHeld) this.#endOfBody(true);
        return;
      case Reading.nothing:
        this.#connection?.destroy();
        return;
      default:
        this.#fail(this.#reading === Reading.head ? 'closed' : 'aborted', null);
    }
  }

  onClose(error: Error | null): void {
    this.#closed = true;
    this.#wheel.cancel(this);
    const handler = this.#handler;
    const reading = this.#reading;
    this.#reading = Reading.nothing;
    this.#handler = null;
    this.#held.clear();
    this.#owner.onGone(this);
    if (handler === null) return;
    if (reading === Reading.tunnel) handler.onServerTunnelClosed(error);
    else handler.onFailure(this.#failureOf(reading, error), error);
  }

  override onTimeout(): void {
    if (this.#handler === null || this.#reading === Reading.tunnel) this.#connection?.destroy();
    else if (this.blocked || (!this.#bodyPaused && !this.#sending)) this.#fail('timeout', null);
  }

  /** Whether the request is still being sent and nothing has come back: the client sets the pace, not the server. */
  get #sending(): boolean {
    return !this.#sent && this.#reading <= Reading.head;
  }

  #watchWrite(): void {
    if (this.blocked) this.#wheel.schedule(this, this.#timeouts.writeMs);
  }

  #failureOf(reading: number, error: Error | null): ClientFailure {
    if (!this.#connected) return codeOf(error) === 'GW_CONNECT_TIMEOUT' ? 'connect-timeout' : 'connect';
    return reading >= Reading.length ? 'aborted' : 'closed';
  }

  #consume(bytes: Buffer, from: number, end: number): void {
    let at = from;
    while (at < end && !this.#closed) {
      switch (this.#reading) {
        case Reading.head:
          at = this.#readHead(bytes, at, end);
          break;
        case Reading.length:
        case Reading.chunked:
        case Reading.untilClose:
          if (this.#bodyPaused) {
            this.#held.append(bytes, at, end);
            this.#pauseReading();
            this.#handler?.onResponseFlush();
            return;
          }
          at = this.#readBody(bytes, at, end);
          break;
        case Reading.tunnel:
          this.#wheel.schedule(this, this.#timeouts.readMs);
          this.#handler?.onServerTunnelData(bytes, at, end);
          return;
        default:
          // Bytes that nobody asked for: the connection cannot be trusted any more.
          this.#connection?.destroy();
          return;
      }
    }
    if (this.#reading >= Reading.length) this.#handler?.onResponseFlush();
  }

  /** @returns the offset after what was taken. */
  #readHead(bytes: Buffer, at: number, end: number): number {
    const response = this.#response as ResponseHead;
    if (this.#held.length === 0) {
      const after = response.parse(bytes, at, end, DEFAULT_LIMITS);
      if (after > 0) return this.#beginResponse(bytes, at, after, end);
      if (after < 0) return this.#failProtocol(after, end);
      this.#held.append(bytes, at, end);
      return end;
    }
    this.#held.append(bytes, at, end);
    if (!this.#held.worthParsing && this.#held.length < DEFAULT_LIMITS.headBytes) return end;
    const length = this.#held.length;
    const after = response.parse(this.#held.bytes, 0, length, DEFAULT_LIMITS);
    if (after === Problem.incomplete) return end;
    const all = this.#held.take();
    if (after < 0) return this.#failProtocol(after, end);
    this.#consume(all, this.#beginResponse(all, 0, after, length), length);
    return end;
  }

  #beginResponse(bytes: Buffer, start: number, after: number, end: number): number {
    const response = this.#response as ResponseHead;
    const handler = this.#handler as ResponseHandler;
    const status = response.status;
    if (status === 101) return this.#beginTunnel(bytes, start, after, end);
    if (status < 200) return ++this.#interim > INTERIM_RESPONSES ? this.#failProtocol(Problem.statusLine, end) : after;
    const headers = response.headers;
    const length = this.#headRequest || status === 204 || status === 304 ? 0 : headers.chunked ? -2 : headers.contentLength;
    if (length >= 0 && length <= INLINE_BYTES && length <= end - after) {
      const raw = latin1(bytes, start, after + length);
      response.attach(raw, start);
      const stop = after + length;
      this.#release(stop < end);
      handler.onResponse(length === 0 ? '' : raw.substring(after - start));
      return end;
    }
    response.attach(latin1(bytes, start, after), start);
    if (length === -2) this.#expectChunks();
    else this.#reading = length === -1 ? Reading.untilClose : Reading.length;
    this.#left = length;
    this.#wheel.schedule(this, this.#timeouts.readMs);
    handler.onResponse(null);
    return after;
  }

  #beginTunnel(bytes: Buffer, start: number, after: number, end: number): number {
    if (!this.#upgrade) return this.#failProtocol(Problem.statusLine, end);
    this.#response?.attach(latin1(bytes, start, after), start);
    this.#reading = Reading.tunnel;
    this.#wheel.schedule(this, this.#timeouts.readMs);
    this.#handler?.onUpgrade();
    return after;
  }

  #expectChunks(): void {
    this.#chunks ??= new ChunkDecoder(DEFAULT_LIMITS);
    this.#chunks.reset();
    this.#reading = Reading.chunked;
  }

  /** @returns the offset after what was taken. */
  #readBody(bytes: Buffer, at: number, end: number): number {
    const handler = this.#handler as ResponseHandler;
    this.#wheel.schedule(this, this.#timeouts.readMs);
    if (this.#reading === Reading.untilClose) {
      handler.onBodyData(bytes, at, end);
      return end;
    }
    if (this.#reading === Reading.length) {
      const after = Math.min(end, at + this.#left);
      this.#left -= after - at;
      handler.onBodyData(bytes, at, after);
      if (this.#left === 0) this.#endOfBody(after < end);
      return end;
    }
    const chunks = this.#chunks as ChunkDecoder;
    const after = chunks.decode(bytes, at, end, handler);
    if (after < 0) return this.#failProtocol(after, end);
    if (chunks.done) this.#endOfBody(after < end);
    return end;
  }

  #endOfBody(leftover: boolean): void {
    const handler = this.#handler;
    if (handler === null) return;
    this.#release(leftover);
    handler.onResponseEnd();
  }

  /** The response is complete: back to the owner, or away when anything about the framing is in doubt. */
  #release(leftover: boolean): void {
    this.#handler = null;
    this.#reading = Reading.nothing;
    if (!leftover && this.#sent && !this.blocked && this.#response?.keepAlive === true) this.#owner.onIdle(this);
    else this.#connection?.destroy();
  }

  #failProtocol(problem: number, end: number): number {
    this.#fail('protocol', new Error(problemText(problem)));
    return end;
  }

  #fail(failure: ClientFailure, error: Error | null): void {
    const handler = this.#handler;
    this.#handler = null;
    this.#reading = Reading.nothing;
    this.#connection?.destroy(null, true);
    handler?.onFailure(failure, error);
  }

  #pauseReading(): void {
    if (this.#readPaused) return;
    this.#readPaused = true;
    this.#connection?.pause();
  }

  /** Delivers what was held, then lets the connection go on unless it was paused again. */
  #consumeHeld(): void {
    if (this.#held.length > 0) {
      const bytes = this.#held.take();
      this.#consuming = true;
      this.#consume(bytes, 0, bytes.length);
      this.#consuming = false;
      this.#resumeAfter = false;
    }
    if (!this.#readPaused || this.#bodyPaused) return;
    this.#readPaused = false;
    this.#connection?.resume();
    if (this.#endHeld && this.#reading === Reading.untilClose) this.#endOfBody(true);
  }
}
