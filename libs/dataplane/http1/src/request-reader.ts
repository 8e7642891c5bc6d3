import type { Connection } from '@gibbon/dataplane-transport';
import type { TimerWheel, WheelEntry } from '@gibbon/time';
import { ChunkDecoder, type BodySink } from './chunk-decoder.ts';
import type { HeaderBlock } from './header-block.ts';
import { HeldBytes } from './held-bytes.ts';
import { latin1 } from './latin1.ts';
import { Problem, type ProblemCode } from './problems.ts';
import { RequestHead } from './request-head.ts';
import type { ServerSettings } from './server-settings.ts';

/** Bodies up to this size that arrive with their head stay part of the request's string. */
const INLINE_BYTES = 16_384;

/** What the bytes that arrive are. `nothing`: pipelined requests, which have to wait. */
const Reading = { head: 0, length: 1, chunked: 2, nothing: 3, tunnel: 4, discard: 5 } as const;

/** Hears what a {@link RequestReader} reads. */
export interface RequestListener extends BodySink {
  /** A head is in `request`, and perhaps the body in `text`. */
  onHead(): void;
  /** The body is complete; not called when it was complete with the head. */
  onBodyEnd(): void;
  /** All that one read brought of the body was delivered. */
  onBodyRead(): void;
  /** The dropped rest of a body is over; `false` when it was malformed. */
  onDropped(intact: boolean): void;
  /** No request could be read; nothing more will be. */
  onRefused(problem: ProblemCode): void;
  /** The body is malformed; nothing more will be read. */
  onBodyProblem(problem: ProblemCode): void;
  /** Bytes of a tunnel. */
  onTunnelData(bytes: Buffer, start: number, end: number): void;
}

/** What a reader works with. */
export interface ReaderContext {
  readonly connection: Connection;
  readonly settings: ServerSettings;
  readonly wheel: TimerWheel;
  /** Whose timeout is armed while bytes are awaited. */
  readonly timer: WheelEntry;
}

/**
 * Turns the bytes of one connection into requests, one at a time: head, body, and then nothing until {@link next}. What
 * arrives too early is held and the connection paused, so that at most one read is kept.
 */
export class RequestReader {
  readonly request = new RequestHead();
  /** The whole body, one character per byte, when it came with the head and is small; `null` otherwise. */
  text: string | null = null;
  /** Bytes of the request so far, head included. */
  bytes = 0;

  readonly #context: ReaderContext;
  readonly #listener: RequestListener;
  readonly #held = new HeldBytes();
  #chunks: ChunkDecoder | null = null;
  #reading: number = Reading.head;
  #left = 0;
  #dropping = false;
  #bodyPaused = false;
  #readPaused = false;
  #consuming = false;
  /** The body was let go on while bytes were being consumed: reading goes on after them. */
  #resumeAfter = false;
  #closed = false;

  constructor(context: ReaderContext, listener: RequestListener) {
    this.#context = context;
    this.#listener = listener;
  }

  /** Whether nothing of a request has arrived. */
  get idle(): boolean {
    return this.#reading === Reading.head && this.#held.length === 0;
  }

  /** Whether a head is awaited or on its way. */
  get awaitsHead(): boolean {
    return this.#reading === Reading.head;
  }

  /** Whether the request's body is complete, or there is none. */
  get complete(): boolean {
    return this.#reading !== Reading.length && this.#reading !== Reading.chunked;
  }

  /** Whether the body is being held back. */
  get bodyPaused(): boolean {
    return this.#bodyPaused;
  }

  /** Bytes that are still to come of a body of known length; -1 for others. */
  get left(): number {
    return this.#reading === Reading.length ? this.#left : -1;
  }

  /** Whether bytes wait for their turn. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  get tunnels(): boolean {
    return this.#reading === Reading.tunnel;
  }

  get discards(): boolean {
    return this.#reading === Reading.discard;
  }

  /** Fields after a chunked body; meaningful when the body is complete. */
  get trailers(): HeaderBlock | null {
    return this.#chunks !== null && this.request.headers.chunked && this.#chunks.trailers.count > 0 ? this.#chunks.trailers : null;
  }

  /** Bytes arrived. */
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

  /** The connection is gone. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
  }

  /** Stops the body, so that TCP pushes back. */
  pauseBody(): void {
    this.#bodyPaused = true;
    if (!this.complete) this.pause();
  }

  /** Lets the body come again. */
  resumeBody(): void {
    if (!this.#bodyPaused) return;
    this.#bodyPaused = false;
    if (!this.complete) this.#expect(this.#context.settings.bodyTimeoutMs);
    if (this.#consuming) this.#resumeAfter = true;
    else this.#consumeHeld();
  }

  /** Stops all bytes. */
  pause(): void {
    if (this.#readPaused) return;
    this.#readPaused = true;
    this.#context.connection.pause();
  }

  /** Lets the bytes of a tunnel come again. */
  resume(): void {
    if (this.#readPaused) this.#consumeHeld();
  }

  /** Reads the rest of the body and drops it. */
  dropBody(): void {
    this.#dropping = true;
    this.resumeBody();
  }

  /** Reads the next request. */
  next(): void {
    this.#reading = Reading.head;
    this.#expect(this.#context.settings.idleTimeoutMs);
    if (!this.#consuming) this.#consumeHeld();
  }

  /** From now on bytes are those of a tunnel. */
  tunnel(): void {
    this.#reading = Reading.tunnel;
    this.#bodyPaused = false;
    if (!this.#consuming) this.#consumeHeld();
  }

  /** From now on bytes are of no interest. */
  discard(): void {
    this.#reading = Reading.discard;
    this.#held.clear();
    if (!this.#readPaused) return;
    this.#readPaused = false;
    this.#context.connection.resume();
  }

  /** The head did not come in time. */
  refuseLate(): void {
    const held = this.#held.take();
    this.#refuse(Problem.headTimeout, held, 0, held.length);
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
          if (this.#bodyPaused && !this.#dropping) return this.#hold(bytes, at, end);
          at = this.#readBody(bytes, at, end);
          break;
        case Reading.nothing:
          return this.#hold(bytes, at, end);
        case Reading.tunnel:
          return this.#listener.onTunnelData(bytes, at, end);
        default:
          return;
      }
    }
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    this.#held.append(bytes, start, end);
    this.pause();
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
    this.#context.connection.resume();
  }

  /** @returns the offset after what was taken. */
  #readHead(bytes: Buffer, at: number, end: number): number {
    const { limits, headTimeoutMs } = this.#context.settings;
    const held = this.#held;
    if (held.length === 0) {
      const after = this.request.parse(bytes, at, end, limits);
      if (after > 0) return this.#begin(bytes, after, end);
      if (after < 0) return this.#refuse(after, bytes, at, end);
      this.#expect(headTimeoutMs);
      held.append(bytes, at, end);
      return end;
    }
    held.append(bytes, at, end);
    if (!held.worthParsing && held.length < limits.headBytes) return end;
    const length = held.length;
    const after = this.request.parse(held.bytes, 0, length, limits);
    if (after === Problem.incomplete) return end;
    const all = held.take();
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
    this.#dropping = false;
    this.#bodyPaused = false;
    this.text = inline > 0 ? raw.substring(after - start) : null;
    this.bytes = after - start + inline;
    if (headers.chunked) this.#expectChunks();
    else if (length > 0 && inline === 0) this.#expectLength(length);
    else this.#reading = Reading.nothing;
    this.#listener.onHead();
    return after + inline;
  }

  #expectChunks(): void {
    this.#chunks ??= new ChunkDecoder(this.#context.settings.limits);
    this.#chunks.reset();
    this.#reading = Reading.chunked;
    this.#expect(this.#context.settings.bodyTimeoutMs);
  }

  #expectLength(length: number): void {
    this.#left = length;
    this.#reading = Reading.length;
    this.#expect(this.#context.settings.bodyTimeoutMs);
  }

  #expect(withinMs: number): void {
    this.#context.wheel.schedule(this.#context.timer, withinMs);
  }

  /** @returns the offset after what was taken. */
  #readBody(bytes: Buffer, at: number, end: number): number {
    this.#expect(this.#context.settings.bodyTimeoutMs);
    const sink = this.#dropping ? NOWHERE : this.#listener;
    let after: number;
    let done: boolean;
    if (this.#reading === Reading.length) {
      after = Math.min(end, at + this.#left);
      this.#left -= after - at;
      done = this.#left === 0;
      sink.onBodyData(bytes, at, after);
    } else {
      const chunks = this.#chunks as ChunkDecoder;
      after = chunks.decode(bytes, at, end, sink);
      if (after < 0) return this.#failBody(after, end);
      done = chunks.done;
    }
    this.bytes += after - at;
    if (done) this.#endBody();
    if (!this.#dropping) this.#listener.onBodyRead();
    return after;
  }

  #endBody(): void {
    // An abort or a refusal may have changed what is read while the last piece was delivered.
    if (this.complete) return;
    this.#reading = Reading.nothing;
    if (this.#dropping) this.#listener.onDropped(true);
    else this.#listener.onBodyEnd();
  }

  #failBody(problem: ProblemCode, end: number): number {
    this.#reading = Reading.discard;
    if (this.#dropping) this.#listener.onDropped(false);
    else this.#listener.onBodyProblem(problem);
    return end;
  }

  #refuse(problem: ProblemCode, bytes: Buffer, start: number, end: number): number {
    this.request.attachRefused(latin1(bytes, start, Math.min(end, start + this.#context.settings.limits.lineBytes)));
    this.#reading = Reading.discard;
    this.text = null;
    this.bytes = end - start;
    this.#listener.onRefused(problem);
    return end;
  }
}

/** Where unwanted bodies go. */
const NOWHERE: BodySink = { onBodyData: () => {} };
