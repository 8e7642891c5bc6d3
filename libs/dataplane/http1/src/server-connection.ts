import type { Connection, ConnectionHandler } from '@gibbon/dataplane-transport';
import { WheelEntry, type TimerWheel } from '@gibbon/time';
import { ConnectionOption } from './connection-options.ts';
import type { HeaderBlock } from './header-block.ts';
import { BodyMode, MessageWriter } from './message-writer.ts';
import { Problem, type ProblemCode } from './problems.ts';
import type { RequestHandler } from './request-handler.ts';
import type { RequestHead } from './request-head.ts';
import { RequestReader, type RequestListener } from './request-reader.ts';
import type { ServerSettings } from './server-settings.ts';

/** What is left of a body that nobody wants is read to keep the connection, up to this size. */
const DISCARDED_BYTES = 262_144;
/** How long an idle client may leave its side open when we end ours: no response is at stake, and a shutdown waits. */
const IDLE_LINGER_MS = 250;
/** How long a connection that is to end waits for the rest of a head, and for a client that has its response to end its side. */
const DRAIN_MS = 1000;
/** A client whose last response is not older may be about to send its next request: ending now would lose that. */
const ACTIVE_MS = 1000;
/** How long such a client has to send it; the response says that it was the last one. */
const LAST_REQUEST_MS = 500;

/**
 * The server's side of one HTTP/1.1 connection: keeps requests in order, writes responses, decides about keep-alive,
 * watches timeouts. Knows nothing of what is asked.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9
 */
export class ServerConnection extends WheelEntry implements ConnectionHandler, RequestListener {
  readonly connection: Connection;
  readonly request: RequestHead;
  /** Requests so far, the one in progress included. */
  requests = 0;

  readonly #settings: ServerSettings;
  readonly #wheel: TimerWheel;
  readonly #writer: MessageWriter;
  readonly #reader: RequestReader;
  readonly #handler: RequestHandler;
  /** A request was delivered and its response is not complete. */
  #responding = false;
  #headSent = false;
  #endsWithConnection = false;
  #keepAlive = true;
  #draining = false;
  #closed = false;

  /** @param makeHandler called once, with the connection. */
  constructor(
    connection: Connection,
    settings: ServerSettings,
    wheel: TimerWheel,
    makeHandler: (connection: ServerConnection) => RequestHandler,
  ) {
    super();
    this.connection = connection;
    this.#settings = settings;
    this.#wheel = wheel;
    this.#writer = new MessageWriter(connection);
    this.#reader = new RequestReader({ connection, settings, wheel, timer: this }, this);
    this.request = this.#reader.request;
    this.#handler = makeHandler(this);
    wheel.schedule(this, settings.idleTimeoutMs);
  }

  /** The whole body, one character per byte, when it came with the head and is small; `null` otherwise. */
  get requestText(): string | null {
    return this.#reader.text;
  }

  /** Bytes of the request so far, head included. */
  get bytesIn(): number {
    return this.#reader.bytes;
  }

  /** Whether the request's body is complete, or there is none. */
  get requestComplete(): boolean {
    return this.#reader.complete;
  }

  /** Fields after a chunked body; meaningful when the body is complete. */
  get requestTrailers(): HeaderBlock | null {
    return this.#reader.trailers;
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
    this.#reader.pauseBody();
  }

  /** Lets the body come again. */
  resumeBody(): void {
    this.#reader.resumeBody();
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
      head +
        (chunked ? 'Transfer-Encoding: chunked\r\n' : '') +
        (this.#keepAlive ? 'Connection: keep-alive\r\n\r\n' : 'Connection: close\r\n\r\n'),
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
    if (this.requestComplete) this.#nextRequest();
    else this.#reader.dropBody();
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
    this.#wheel.cancel(this);
    this.#reader.tunnel();
  }

  /** Reads nothing more of the request in progress, nor after it: the response ends the connection. */
  refuseBody(): void {
    this.#reader.discard();
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
    this.#reader.pause();
  }

  /** Lets the bytes of a tunnel come again. */
  resumeTunnel(): void {
    this.#reader.resume();
  }

  /** Closes once the response in progress, if any, is complete; a request that is half here has to come soon. */
  drain(): void {
    this.#draining = true;
    if (this.#responding) return;
    if (!this.#reader.idle) this.#hurry();
    else if (this.#wasActive()) this.#wheel.schedule(this, LAST_REQUEST_MS);
    else this.#finish(IDLE_LINGER_MS);
  }

  /** Of an idle connection: whether it had a request of late. The wheel knows since when it is idle. */
  #wasActive(): boolean {
    return this.requests > 0 && this.#wheel.now.monotonicMs - (this.dueMs - this.#settings.idleTimeoutMs) < ACTIVE_MS;
  }

  onConnect(): void {}

  onData(buffer: Buffer, length: number): void {
    this.#reader.onData(buffer, length);
  }

  onDrain(): void {
    this.#writer.blocked = false;
    if (this.#closed) return;
    if (this.#reader.discards) this.#wheel.schedule(this, this.#settings.lingerTimeoutMs);
    else if (!this.#reader.tunnels) this.#wheel.schedule(this, this.#settings.idleTimeoutMs);
    if (this.#responding) this.#handler.onWritable();
  }

  onEnd(): void {
    if (this.#reader.tunnels) {
      this.#handler.onTunnelEnd();
      return;
    }
    // Both sides have ended: the connection closes when what is pending has left.
    if (this.#reader.discards && !this.#responding) return;
    const wholeRequest = this.#responding && this.#reader.complete && !this.#reader.holds;
    if (wholeRequest && this.#settings.ignoreClientAbort) {
      this.#keepAlive = false;
      return;
    }
    this.connection.destroy();
  }

  onClose(error: Error | null): void {
    this.#closed = true;
    this.#wheel.cancel(this);
    this.#reader.close();
    if (this.#responding) {
      this.#responding = false;
      this.#handler.onAbort(error);
    }
    this.#handler.onClosed();
  }

  override onTimeout(): void {
    const reader = this.#reader;
    if (this.#writer.blocked || reader.discards) {
      this.connection.destroy();
    } else if (reader.awaitsHead) {
      if (reader.idle) this.#finish(this.#draining ? IDLE_LINGER_MS : this.#settings.lingerTimeoutMs);
      else reader.refuseLate();
    } else if (!reader.complete && !reader.bodyPaused) {
      if (this.#responding) this.onBodyProblem(Problem.bodyTimeout);
      else this.connection.destroy();
    }
  }

  onHead(): void {
    const { headers, minor } = this.request;
    const options = headers.connection;
    this.#keepAlive = (options & ConnectionOption.close) === 0 && (minor === 1 || (options & ConnectionOption.keepAlive) !== 0);
    this.requests++;
    this.#expectResponse();
    this.#handler.onRequest();
  }

  onBodyData(bytes: Buffer, start: number, end: number): void {
    this.#handler.onBodyData(bytes, start, end);
  }

  onBodyEnd(): void {
    this.#handler.onRequestEnd();
  }

  onBodyRead(): void {
    if (this.#responding) this.#handler.onRequestFlush();
  }

  onDropped(intact: boolean): void {
    if (intact) this.#nextRequest();
    else this.#finish();
  }

  onRefused(problem: ProblemCode): void {
    this.#keepAlive = false;
    this.#expectResponse();
    this.#handler.onRefused(problem);
  }

  onBodyProblem(problem: ProblemCode): void {
    this.refuseBody();
    if (this.#responding) this.#handler.onRequestProblem(problem);
  }

  onTunnelData(bytes: Buffer, start: number, end: number): void {
    this.#handler.onTunnelData(bytes, start, end);
  }

  #expectResponse(): void {
    this.#responding = true;
    this.#headSent = false;
    this.#writer.bytes = 0;
  }

  #mayKeepAlive(): boolean {
    if (!this.#keepAlive || this.#draining || this.requests >= this.#settings.maxRequests) return false;
    if (this.#reader.complete) return true;
    const left = this.#reader.left;
    return left !== -1 && left <= DISCARDED_BYTES && !this.request.headers.expectContinue;
  }

  #nextRequest(): void {
    if (this.#draining && !this.#reader.holds) {
      this.#finish();
      return;
    }
    this.#reader.next();
    if (this.#draining && !this.#responding) this.#hurry();
  }

  /** The rest of a head must come at once, or what is left of the connection end. */
  #hurry(): void {
    if (this.#reader.awaitsHead) this.#wheel.schedule(this, DRAIN_MS);
    else if (this.#reader.discards && !this.#writer.blocked) this.#wheel.schedule(this, Math.min(DRAIN_MS, this.#settings.lingerTimeoutMs));
  }

  /** Ends our side, and discards what still comes until the client has ended its own. */
  #finish(longestMs: number = this.#settings.lingerTimeoutMs): void {
    const lingerMs = Math.min(longestMs, this.#settings.lingerTimeoutMs, this.#draining ? DRAIN_MS : Infinity);
    this.#reader.discard();
    if (this.#closed) return;
    this.connection.end();
    this.#wheel.schedule(this, this.#writer.blocked ? this.#settings.writeTimeoutMs : lingerMs);
  }
}
