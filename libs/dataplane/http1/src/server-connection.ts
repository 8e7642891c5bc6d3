import type { Connection, ConnectionHandler } from '@gibbon/dataplane-transport';
import { WheelEntry, type TimerWheel } from '@gibbon/time';
import { ChunkDecoder, type BodySink } from './chunk-decoder.ts';
import { ConnectionOption } from './connection-options.ts';
import type { HeaderBlock } from './header-block.ts';
import { HeldBytes } from './held-bytes.ts';
import { latin1 } from './latin1.ts';
import { BodyMode, MessageWriter } from './message-writer.ts';
import { Problem, type ProblemCode } from './problems.ts';
import type { RequestHandler } from './request-handler.ts';
import { RequestHead } from './request-head.ts';
import type { ServerSettings } from './server-settings.ts';

/** Bodies up to this size that arrive with their head stay part of the request's string. */
const INLINE_BYTES = 16_384;
/** What is left of a body that nobody wants is read to keep the connection, up to this size. */
const DISCARDED_BYTES = 262_144;

/** What the bytes that arrive are. */
const Reading = { head: 0, length: 1, chunked: 2, nothing: 3, tunnel: 4, discard: 5 } as const;

/**
 * The server's side of one HTTP/1.1 connection: reads requests, keeps them in order, writes responses, decides about
 * keep-alive, watches timeouts. Knows nothing of what is asked.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9
 */
export class ServerConnection extends WheelEntry implements ConnectionHandler {
  readonly connection: Connection;
  readonly request = new RequestHead();
  /** The whole body, one character per byte, when it came with the head and is small; `null` otherwise. */
  requestText: string | null = null;
  /** Bytes of the request so far, head included. */
  bytesIn = 0;
  /** Requests so far, the one in progress included. */
  requests = 0;

  readonly #settings: ServerSettings;
  readonly #wheel: TimerWheel;
  readonly #writer: MessageWriter;
  readonly #held = new HeldBytes();
  #handler: RequestHandler;
  #chunks: ChunkDecoder | null = null;
  #reading: number = Reading.head;
  #left = 0;
  /** A request was delivered and its response is not complete. */
  #responding = false;
  #headSent = false;
  #endsWithConnection = false;
  #keepAlive = true;
  /** The rest of the request's body is read and dropped. */
  #dropBody = false;
  #bodyPaused = false;
  #readPaused = false;
  #consuming = false;
  /** The body was let go on while bytes were being consumed: reading goes on after them. */
  #resumeAfter = false;
  #draining = false;
  #closed = false;

  /** @param makeHandler called once, with the connection. */
  constructor(connection: Connection, settings: ServerSettings, wheel: TimerWheel, makeHandler: (connection: ServerConnection) => RequestHandler) {
    super();
    this.connection = connection;
    this.#settings = settings;
    this.#wheel = wheel;
    this.#writer = new MessageWriter(connection);
    this.#handler = makeHandler(this);
    wheel.schedule(this, settings.idleTimeoutMs);
  }

  /** Whether the request's body is complete, or there is none. */
  get requestComplete(): boolean {
    return this.#reading !== Reading.length && this.#reading !== Reading.chunked;
  }

  /** Fields after a chunked body; meaningful when the body is complete. */
  get requestTrailers(): HeaderBlock | null {
    return this.#chunks !== null && this.request.headers.chunked && this.#chunks.trailers.count > 0 ? this.#chunks.trailers : null;
  }

  /** Whether the client does not keep up: wait for `onWritable`. */
  get blocked(): boolean {
    return this.#writer.blocked;
  }

  /** Bytes of the response so far, head included. */
  get bytesOut(): number {
    return this.#writer.bytes;
  }

  /** Whether a response head was sent. */
  get headSent(): boolean {
    return this.#headSent;
  }

  /** Whether no request is in progress. */
  get idle(): boolean {
    return !this.#responding;
  }

  /** Stops the body, so that TCP pushes back. */
  pauseBody(): void {
    this.#bodyPaused = true;
    if (!this.requestComplete) this.#pauseReading();
  }

  /** Lets the body come again. */
  resumeBody(): void {
    if (!this.#bodyPaused) return;
    this.#bodyPaused = false;
    if (!this.requestComplete) this.#wheel.schedule(this, this.#settings.bodyTimeoutMs);
    if (this.#consuming) this.#resumeAfter = true;
    else this.#consumeHeld();
  }

  /** Asks a client that waits for it to send its body. */
  sendContinue(): void {
    if (!this.request.headers.expectContinue || this.requestComplete || this.#headSent || this.request.minor === 0) return;
    this.request.headers.expectContinue = false;
    this.connection.writeLatin1('HTTP/1.1 100 Continue\r\n\r\n');
  }

  /**
   * Starts the response.
   * @param head status line and field lines, each ended by CR LF; without Connection and Transfer-Encoding, with
   *   Content-Length where the length is known.
   * @param hasBody whether a body may follow (`false` for HEAD, 204, 304).
   * @param lengthKnown whether the head announces the body's length; otherwise it is chunked, or ends with the connection.
   */
  sendHead(head: string, hasBody: boolean, lengthKnown: boolean): void {
    const chunked = hasBody && !lengthKnown && this.request.minor === 1;
    this.#endsWithConnection = hasBody && !lengthKnown && !chunked;
    if (this.#endsWithConnection || !this.#mayKeepAlive()) this.#keepAlive = false;
    const mode = !hasBody ? BodyMode.none : chunked ? BodyMode.chunked : BodyMode.plain;
    this.#headSent = true;
    this.#writer.begin(
      head + (chunked ? 'Transfer-Encoding: chunked\r\n' : '') + (this.#keepAlive ? 'Connection: keep-alive\r\n\r\n' : 'Connection: close\r\n\r\n'),
      mode,
    );
  }

  /** A piece of the response's body as a string, one character per byte. Leaves with {@link flush} or {@link sendEnd}. */
  sendText(text: string): void {
    this.#writer.text(text);
  }

  /** A piece of the response's body. Small pieces leave with {@link flush} or {@link sendEnd}. */
  sendData(bytes: Buffer, start: number, end: number): void {
    this.#writer.data(bytes, start, end);
    if (this.#writer.blocked) this.#wheel.schedule(this, this.#settings.writeTimeoutMs);
  }

  /** Writes what was gathered. */
  flush(): void {
    this.#writer.flush();
    if (this.#writer.blocked) this.#wheel.schedule(this, this.#settings.writeTimeoutMs);
  }

  /** Ends the response's body. @param trailers field lines, sent only where the coding allows. */
  sendEnd(trailers: string): void {
    this.#writer.end(trailers);
    if (this.#writer.blocked) this.#wheel.schedule(this, this.#settings.writeTimeoutMs);
  }

  /** The exchange is over, after {@link sendEnd}: the next request may come, or the connection ends. The last call for a request. */
  done(): void {
    this.#responding = false;
    if (!this.#keepAlive) {
      this.#finish();
      return;
    }
    if (!this.requestComplete) {
      this.#dropBody = true;
      this.resumeBody();
      return;
    }
    this.#nextRequest();
  }

  /**
   * Ends the connection without completing the response, so that the client notices: a length or chunks that are not
   * complete tell; a body that ends with the connection is reset.
   */
  abort(): void {
    this.#responding = false;
    this.#keepAlive = false;
    if (!this.#headSent || this.#endsWithConnection) {
      this.#writer.discard();
      this.connection.destroy(null, true);
      return;
    }
    this.#writer.flush();
    this.#finish();
  }

  /** From now on bytes go through as they are. @param head of the 101 response, without the empty line. */
  startTunnel(head: string): void {
    this.#headSent = true;
    this.#writer.begin(`${head}\r\n`, BodyMode.plain);
    this.#writer.flush();
    this.#reading = Reading.tunnel;
    this.#bodyPaused = false;
    this.#wheel.cancel(this);
    if (!this.#consuming) this.#consumeHeld();
  }

  /** Reads nothing more of the request in progress, nor after it: the response ends the connection. */
  refuseBody(): void {
    this.#reading = Reading.discard;
    this.#keepAlive = false;
  }

  /** Bytes to the client of a tunnel. @returns false: wait for `onWritable`. */
  sendTunnel(bytes: Buffer, start: number, end: number): boolean {
    this.#writer.data(bytes, start, end);
    this.#writer.flush();
    return !this.#writer.blocked;
  }

  /** Stops the bytes of a tunnel. */
  pauseTunnel(): void {
    this.#pauseReading();
  }

  /** Lets the bytes of a tunnel come again. */
  resumeTunnel(): void {
    if (!this.#readPaused) return;
    this.#consumeHeld();
  }

  /** Closes once the response in progress, if any, is complete. */
  drain(): void {
    this.#draining = true;
    if (!this.#responding && this.#reading === Reading.head && this.#held.length === 0) this.#finish();
  }

  onConnect(): void {}

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
    this.#writer.blocked = false;
    if (this.#closed) return;
    if (this.#reading === Reading.discard) this.#wheel.schedule(this, this.#settings.lingerTimeoutMs);
    else if (this.#reading !== Reading.tunnel) this.#wheel.schedule(this, this.#settings.idleTimeoutMs);
    if (this.#responding) this.#handler.onWritable();
  }

  onEnd(): void {
    if (this.#reading === Reading.tunnel) {
      this.#handler.onTunnelEnd();
      return;
    }
    // Both sides have ended: the connection closes when what is pending has left.
    if (this.#reading === Reading.discard && !this.#responding) return;
    const wholeRequest = this.#responding && this.requestComplete && this.#held.length === 0;
    if (wholeRequest && this.#settings.ignoreClientAbort) {
      this.#keepAlive = false;
      return;
    }
    this.connection.destroy();
  }

  onClose(error: Error | null): void {
    this.#closed = true;
    this.#wheel.cancel(this);
    this.#held.clear();
    if (this.#responding) {
      this.#responding = false;
      this.#handler.onAbort(error);
    }
    this.#handler.onClosed();
  }

  override onTimeout(): void {
    if (this.#writer.blocked || this.#reading === Reading.discard) {
      this.connection.destroy();
    } else if (this.#reading === Reading.head) {
      if (this.#held.length === 0) this.#finish();
      else this.#refuse(Problem.headTimeout);
    } else if (!this.requestComplete && !this.#bodyPaused) {
      if (this.#responding) this.#failBody(Problem.bodyTimeout);
      else this.connection.destroy();
    }
  }

  #mayKeepAlive(): boolean {
    if (!this.#keepAlive || this.#draining || this.requests >= this.#settings.maxRequests) return false;
    if (this.requestComplete) return true;
    return this.#reading === Reading.length && this.#left <= DISCARDED_BYTES && !this.request.headers.expectContinue;
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
          if (this.#bodyPaused && !this.#dropBody) {
            this.#hold(bytes, at, end);
            return;
          }
          at = this.#readBody(bytes, at, end);
          break;
        case Reading.nothing:
          this.#hold(bytes, at, end);
          return;
        case Reading.tunnel:
          this.#handler.onTunnelData(bytes, at, end);
          return;
        default:
          return;
      }
    }
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    this.#held.append(bytes, start, end);
    this.#pauseReading();
  }

  #pauseReading(): void {
    if (this.#readPaused) return;
    this.#readPaused = true;
    this.connection.pause();
  }

  /** Reads what was held, then lets the connection go on if nothing is held again. */
  #consumeHeld(): void {
    if (this.#held.length > 0) {
      const bytes = this.#held.take();
      this.#consuming = true;
      this.#consume(bytes, 0, bytes.length);
      this.#consuming = false;
      this.#resumeAfter = false;
    }
    if (!this.#readPaused || this.#bodyPaused || this.#reading === Reading.nothing) return;
    this.#readPaused = false;
    this.connection.resume();
  }

  /** @returns the offset after what was taken. */
  #readHead(bytes: Buffer, at: number, end: number): number {
    const limits = this.#settings.limits;
    if (this.#held.length === 0) {
      const after = this.request.parse(bytes, at, end, limits);
      if (after > 0) return this.#begin(bytes, after, end);
      if (after < 0) return this.#refuse(after, bytes, at, end);
      this.#wheel.schedule(this, this.#settings.headTimeoutMs);
      this.#held.append(bytes, at, end);
      return end;
    }
    this.#held.append(bytes, at, end);
    if (!this.#held.worthParsing && this.#held.length < limits.headBytes) return end;
    const length = this.#held.length;
    const after = this.request.parse(this.#held.bytes, 0, length, limits);
    if (after === Problem.incomplete) return end;
    const all = this.#held.take();
    if (after < 0) return this.#refuse(after, all, 0, length);
    this.#consume(all, this.#begin(all, after, length), length);
    return end;
  }

  #begin(bytes: Buffer, after: number, end: number): number {
    const request = this.request;
    const start = request.start;
    const headers = request.headers;
    const length = headers.contentLength;
    const inline = length > 0 && length <= INLINE_BYTES && length <= end - after ? length : 0;
    const raw = latin1(bytes, start, after + inline);
    const problem = request.attach(raw);
    if (problem !== 0) return this.#refuse(problem, bytes, start, end);
    this.requests++;
    this.#responding = true;
    this.#headSent = false;
    this.#dropBody = false;
    this.#bodyPaused = false;
    this.#writer.bytes = 0;
    const options = headers.connection;
    this.#keepAlive = (options & ConnectionOption.close) === 0 && (request.minor === 1 || (options & ConnectionOption.keepAlive) !== 0);
    this.requestText = inline > 0 ? raw.substring(after - start) : null;
    this.bytesIn = after - start + inline;
    if (headers.chunked) this.#expectChunks();
    else if (length > 0 && inline === 0) this.#expectLength(length);
    else this.#reading = Reading.nothing;
    this.#handler.onRequest();
    return after + inline;
  }

  #expectChunks(): void {
    this.#chunks ??= new ChunkDecoder(this.#settings.limits);
    this.#chunks.reset();
    this.#reading = Reading.chunked;
    this.#wheel.schedule(this, this.#settings.bodyTimeoutMs);
  }

  #expectLength(length: number): void {
    this.#left = length;
    this.#reading = Reading.length;
    this.#wheel.schedule(this, this.#settings.bodyTimeoutMs);
  }

  /** @returns the offset after what was taken. */
  #readBody(bytes: Buffer, at: number, end: number): number {
    this.#wheel.schedule(this, this.#settings.bodyTimeoutMs);
    let after: number;
    if (this.#reading === Reading.length) {
      after = Math.min(end, at + this.#left);
      this.#left -= after - at;
      if (!this.#dropBody) this.#handler.onBodyData(bytes, at, after);
      if (this.#left === 0) this.#bodyEnded();
    } else {
      const chunks = this.#chunks as ChunkDecoder;
      after = chunks.decode(bytes, at, end, this.#dropBody ? NOWHERE : this.#handler);
      if (after < 0) {
        if (this.#dropBody) this.#finish();
        else this.#failBody(after);
        return end;
      }
      if (chunks.done) this.#bodyEnded();
    }
    this.bytesIn += after - at;
    if (this.#responding && !this.#dropBody) this.#handler.onRequestFlush();
    return after;
  }

  #bodyEnded(): void {
    // An abort or a tunnel may have changed what is read while the last piece was delivered.
    if (this.#reading !== Reading.length && this.#reading !== Reading.chunked) return;
    this.#reading = Reading.nothing;
    if (this.#dropBody) this.#nextRequest();
    else this.#handler.onRequestEnd();
  }

  #refuse(problem: ProblemCode, bytes: Buffer | null = null, start = 0, end = 0): number {
    const held = bytes ?? this.#held.take();
    const stop = bytes === null ? held.length : end;
    this.request.attachRefused(latin1(held, start, Math.min(stop, start + this.#settings.limits.lineBytes)));
    this.#reading = Reading.discard;
    this.#responding = true;
    this.#headSent = false;
    this.#keepAlive = false;
    this.requestText = null;
    this.bytesIn = stop - start;
    this.#writer.bytes = 0;
    this.#handler.onRefused(problem);
    return end;
  }

  #failBody(problem: ProblemCode): void {
    this.#reading = Reading.discard;
    this.#keepAlive = false;
    if (this.#responding) this.#handler.onRequestProblem(problem);
  }

  #nextRequest(): void {
    this.#reading = Reading.head;
    this.#wheel.schedule(this, this.#settings.idleTimeoutMs);
    if (this.#draining && this.#held.length === 0) this.#finish();
    else if (!this.#consuming) this.#consumeHeld();
  }

  /** Ends our side, and discards what still comes until the client has ended its own. */
  #finish(): void {
    this.#reading = Reading.discard;
    this.#held.clear();
    if (this.#readPaused) {
      this.#readPaused = false;
      this.connection.resume();
    }
    if (this.#closed) return;
    this.connection.end();
    this.#wheel.schedule(this, this.#writer.blocked ? this.#settings.writeTimeoutMs : this.#settings.lingerTimeoutMs);
  }
}

/** Where unwanted bodies go. */
const NOWHERE: BodySink = { onBodyData: () => {} };
