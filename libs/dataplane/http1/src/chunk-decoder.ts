import { FIELD_VALUE, HEX_VALUE, TOKEN_LOWER } from '@gibbon/http';
import { parseFields } from './field-parser.ts';
import { HeaderBlock } from './header-block.ts';
import { HeldBytes } from './held-bytes.ts';
import { Field } from './known-fields.ts';
import { latin1 } from './latin1.ts';
import type { HeadLimits } from './limits.ts';
import { Problem } from './problems.ts';

const CR = 13;
const LF = 10;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Hexadecimal digits of a chunk size: 16^13 is below 2^53. Leading zeros count. */
const SIZE_DIGITS = 13;
/** Bytes of chunk extensions in one body, as Node limits them: extensions are a way to send much that counts for nothing. */
const EXTENSION_BYTES = 16_384;

/** Fields that frame or route a message have no meaning after it. @see https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1 */
const FORBIDDEN_TRAILERS = (1 << Field.contentLength) | (1 << Field.transferEncoding) | (1 << Field.host);

/** What the next byte is. */
const State = {
  size: 0,
  sizeLf: 1,
  data: 2,
  dataCr: 3,
  dataLf: 4,
  trailer: 5,
  done: 6,
  extensionStart: 7,
  extensionName: 8,
  valueStart: 9,
  valueToken: 10,
  quoted: 11,
  escaped: 12,
  afterQuoted: 13,
} as const;

/** Receives the data of a body. */
export interface BodySink {
  /** A piece of the body, `bytes[start..end)`; valid during the call only. */
  onBodyData(bytes: Buffer, start: number, end: number): void;
}

/**
 * Decodes the chunked coding, strictly: no white space around sizes, well-formed extensions (ignored), CR LF only.
 * One per connection, {@link reset} before each body.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export class ChunkDecoder {
  /** Fields after the last chunk; without fields in most bodies. */
  readonly trailers = new HeaderBlock();
  readonly #limits: HeadLimits;
  readonly #held = new HeldBytes();
  #state: number = State.size;
  #left = 0;
  #digits = 0;
  #extensionBytes = 0;

  /** @param limits hold for the trailers. */
  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** Ready for the next body. */
  reset(): void {
    this.#state = State.size;
    this.#left = 0;
    this.#digits = 0;
    this.#extensionBytes = 0;
    this.#held.clear();
    this.trailers.reset();
  }

  /** Whether the body has ended. */
  get done(): boolean {
    return this.#state === State.done;
  }

  /**
   * Decodes `bytes[start..end)`, handing data to `sink` as it comes.
   * @returns the offset after what was taken (before `end` only when the body has ended), or a refusal.
   */
  decode(bytes: Buffer, start: number, end: number, sink: BodySink): number {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case State.data: {
          const stop = Math.min(end, at + this.#left);
          this.#left -= stop - at;
          if (this.#left === 0) this.#state = State.dataCr;
          sink.onBodyData(bytes, at, stop);
          at = stop;
          break;
        }
        case State.trailer:
          return this.#readTrailers(bytes, at, end);
        case State.done:
          return at;
        default: {
          const problem = this.#step(bytes[at] as number);
          if (problem !== 0) return problem;
          at++;
        }
      }
    }
    return at;
  }

  /** One byte of framing. @returns 0 or a refusal. */
  #step(byte: number): number {
    switch (this.#state) {
      case State.size:
        return this.#stepSize(byte);
      case State.sizeLf:
        if (byte !== LF) return Problem.chunkSize;
        this.#digits = 0;
        this.#state = this.#left === 0 ? State.trailer : State.data;
        return 0;
      case State.dataCr:
        this.#state = State.dataLf;
        return byte === CR ? 0 : Problem.chunkEnd;
      case State.dataLf:
        this.#state = State.size;
        return byte === LF ? 0 : Problem.chunkEnd;
      default:
        return this.#stepExtension(byte);
    }
  }

  #stepSize(byte: number): number {
    const digit = HEX_VALUE[byte] as number;
    if (digit < 16) {
      if (++this.#digits > SIZE_DIGITS) return Problem.chunkSize;
      this.#left = this.#left * 16 + digit;
      return 0;
    }
    if (this.#digits === 0) return Problem.chunkSize;
    if (byte === CR) this.#state = State.sizeLf;
    else if (byte === SEMICOLON) this.#state = State.extensionStart;
    else return Problem.chunkSize;
    return 0;
  }

  /** `;name`, `;name=token`, `;name="quoted"`, each any number of times. */
  #stepExtension(byte: number): number {
    if (++this.#extensionBytes > EXTENSION_BYTES) return Problem.chunkExtension;
    const token = TOKEN_LOWER[byte] !== 0;
    switch (this.#state) {
      case State.extensionStart:
        return this.#next(token, State.extensionName);
      case State.extensionName:
        if (byte === EQUALS) return this.#next(true, State.valueStart);
        return token ? 0 : this.#endExtension(byte);
      case State.valueStart:
        return byte === QUOTE ? this.#next(true, State.quoted) : this.#next(token, State.valueToken);
      case State.valueToken:
        return token ? 0 : this.#endExtension(byte);
      case State.quoted:
        if (byte === QUOTE) return this.#next(true, State.afterQuoted);
        if (byte === BACKSLASH) return this.#next(true, State.escaped);
        return FIELD_VALUE[byte] === 1 ? 0 : Problem.chunkExtension;
      case State.escaped:
        return this.#next(FIELD_VALUE[byte] === 1, State.quoted);
      default:
        return this.#endExtension(byte);
    }
  }

  #endExtension(byte: number): number {
    if (byte === CR) return this.#next(true, State.sizeLf);
    return this.#next(byte === SEMICOLON, State.extensionStart);
  }

  #next(allowed: boolean, state: number): number {
    this.#state = state;
    return allowed ? 0 : Problem.chunkExtension;
  }

  #readTrailers(bytes: Buffer, start: number, end: number): number {
    if (this.#held.length === 0) {
      const after = this.#parseTrailers(bytes, start, end);
      if (after !== Problem.incomplete) return after;
    }
    const before = this.#held.length;
    // What follows the trailers may be in here too: no more than the limit is looked at.
    const stop = Math.min(end, start + this.#limits.headBytes - before);
    this.#held.append(bytes, start, stop);
    const full = this.#held.length >= this.#limits.headBytes;
    if (!full && !this.#held.worthParsing) return end;
    const after = this.#parseTrailers(this.#held.bytes, 0, this.#held.length);
    if (after === Problem.incomplete) return full ? Problem.trailer : end;
    return after < 0 ? after : start + after - before;
  }

  #parseTrailers(bytes: Buffer, start: number, end: number): number {
    const trailers = this.trailers;
    trailers.reset();
    const after = parseFields(bytes, start, end, trailers, this.#limits);
    if (after === Problem.incomplete) return after;
    if (after < 0 || after - start > this.#limits.headBytes) return Problem.trailer;
    if ((trailers.seen & FORBIDDEN_TRAILERS) !== 0) return Problem.trailer;
    if (trailers.count > 0) trailers.attach(latin1(bytes, start, after), start);
    this.#state = State.done;
    return after;
  }
}
