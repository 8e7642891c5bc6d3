import { FIELD_VALUE } from '@gibbon/http';
import { checkFraming, parseFields } from './field-parser.ts';
import { ConnectionOption } from './connection-options.ts';
import { HeaderBlock } from './header-block.ts';
import type { HeadLimits } from './limits.ts';
import { Problem } from './problems.ts';

const CR = 13;
const LF = 10;
const SPACE = 0x20;
const ZERO = 0x30;

/** `HTTP/1.` */
const VERSION = Uint8Array.from('HTTP/1.', (character) => character.charCodeAt(0));
/** `HTTP/1.1 200` */
const MINIMUM = 12;

/**
 * Head of a response. One per client connection or exchange, filled anew for each response.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-4
 */
export class ResponseHead {
  readonly headers = new HeaderBlock();
  status = 0;
  /** 0 or 1. */
  minor = 1;
  /** Bytes of the head. */
  bytes = 0;

  /**
   * Parses a head at `bytes[start..end)`. When the result is an offset, call {@link attach} before anything else.
   * @returns the offset after the head, `Problem.incomplete`, or a refusal.
   */
  parse(bytes: Uint8Array, start: number, end: number, limits: HeadLimits): number {
    this.headers.reset();
    const line = this.#parseLine(bytes, start, end, limits);
    if (line <= 0) return line;
    const at = parseFields(bytes, line, end, this.headers, limits);
    if (at <= 0) return at === Problem.incomplete && end - start >= limits.headBytes ? Problem.headTooLarge : at;
    this.bytes = at - start;
    if (this.bytes > limits.headBytes) return Problem.headTooLarge;
    const problem = checkFraming(this.headers, this.minor);
    return problem === 0 ? at : problem;
  }

  /** Gives the head its text: the message from `start` (the offset given to {@link parse}) on. */
  attach(raw: string, start: number): void {
    this.headers.attach(raw, start);
  }

  /** Whether the server lets the connection live, as far as the head says. */
  get keepAlive(): boolean {
    const options = this.headers.connection;
    if ((options & ConnectionOption.close) !== 0) return false;
    return this.minor === 1 || (options & ConnectionOption.keepAlive) !== 0;
  }

  #parseLine(bytes: Uint8Array, start: number, end: number, limits: HeadLimits): number {
    const length = end - start;
    for (let index = 0; index < VERSION.length && index < length; index++) {
      if (bytes[start + index] !== VERSION[index]) return Problem.statusLine;
    }
    if (length < MINIMUM + 1) return Problem.incomplete;
    this.minor = (bytes[start + 7] as number) - ZERO;
    if ((this.minor !== 0 && this.minor !== 1) || bytes[start + 8] !== SPACE) return Problem.statusLine;
    const hundreds = (bytes[start + 9] as number) - ZERO;
    const tens = (bytes[start + 10] as number) - ZERO;
    const ones = (bytes[start + 11] as number) - ZERO;
    if (hundreds < 1 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) return Problem.statusLine;
    this.status = hundreds * 100 + tens * 10 + ones;
    let at = start + MINIMUM;
    if (bytes[at] === SPACE) at++;
    else if (bytes[at] !== CR) return Problem.statusLine;
    while (at < end && FIELD_VALUE[bytes[at] as number] === 1) at++;
    if (at + 1 >= end) return length > limits.lineBytes ? Problem.lineTooLong : Problem.incomplete;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : Problem.statusLine;
  }
}
