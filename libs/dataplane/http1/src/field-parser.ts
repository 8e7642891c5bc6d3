import { FIELD_VALUE, TOKEN_LOWER } from '@gibbon/http';
import { connectionOptions, equalsToken } from './connection-options.ts';
import { KNOWN, NAME_END, STRIDE, VALUE_END, VALUE_START, type HeaderBlock } from './header-block.ts';
import { Field, recogniseField } from './known-fields.ts';
import type { HeadLimits } from './limits.ts';
import { Problem } from './problems.ts';

const CR = 13;
const LF = 10;
const SPACE = 0x20;
const TAB = 9;
const COLON = 0x3a;
const ZERO = 0x30;

/** Digits that a length may have: 10^15 bytes are below 2^53. */
const LENGTH_DIGITS = 15;

/**
 * Parses field lines up to and including the empty line, into `block` (offsets are positions in `bytes`). Strict: no
 * folding, no white space before the colon, CR LF only, no controls in values.
 * @returns the offset after the empty line, `Problem.incomplete`, or a refusal.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-5
 */
// oxlint-disable-next-line max-params -- a range of bytes and where to put it: an object per head would be garbage on the hottest path.
export function parseFields(bytes: Uint8Array, from: number, end: number, block: HeaderBlock, limits: HeadLimits): number {
  let at = from;
  block.start = from;
  for (;;) {
    if (at >= end) return Problem.incomplete;
    let byte = bytes[at] as number;
    if (byte === CR) {
      if (at + 1 >= end) return Problem.incomplete;
      block.end = at;
      return bytes[at + 1] === LF ? at + 2 : Problem.lineEnd;
    }
    const nameStart = at;
    while (at < end && TOKEN_LOWER[(byte = bytes[at] as number)] !== 0) at++;
    if (at >= end) return tooLong(nameStart, end, limits);
    if (byte !== COLON || at === nameStart) return nameProblem(byte, at === nameStart);
    const nameEnd = at++;
    while (at < end && ((byte = bytes[at] as number) === SPACE || byte === TAB)) at++;
    const valueStart = at;
    while (at < end && FIELD_VALUE[(byte = bytes[at] as number)] === 1) at++;
    if (at + 1 >= end) return at < end && byte !== CR ? valueProblem(byte) : tooLong(nameStart, end, limits);
    if (byte !== CR) return valueProblem(byte);
    if (bytes[at + 1] !== LF) return Problem.lineEnd;
    let valueEnd = at;
    while (valueEnd > valueStart && ((byte = bytes[valueEnd - 1] as number) === SPACE || byte === TAB)) valueEnd--;
    at += 2;
    if (at - nameStart > limits.lineBytes) return Problem.lineTooLong;
    const problem = store(bytes, block, limits, nameStart, nameEnd, valueStart, valueEnd);
    if (problem !== 0) return problem;
  }
}

function tooLong(lineStart: number, end: number, limits: HeadLimits): number {
  return end - lineStart > limits.lineBytes ? Problem.lineTooLong : Problem.incomplete;
}

function nameProblem(byte: number, atStart: boolean): number {
  if (atStart && (byte === SPACE || byte === TAB)) return Problem.folding;
  return byte === LF ? Problem.lineEnd : Problem.fieldName;
}

function valueProblem(byte: number): number {
  return byte === LF ? Problem.lineEnd : Problem.fieldValue;
}

// oxlint-disable-next-line max-params -- offsets as integers: an object per field would be garbage on the hottest path.
function store(
  bytes: Uint8Array,
  block: HeaderBlock,
  limits: HeadLimits,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): number {
  const at = block.count * STRIDE;
  if (block.count >= limits.fields) return Problem.tooManyFields;
  if (at >= block.index.length) block.grow();
  const id = recogniseField(bytes, nameStart, nameEnd);
  const index = block.index;
  index[at] = nameStart;
  index[at + NAME_END] = nameEnd;
  index[at + VALUE_START] = valueStart;
  index[at + VALUE_END] = valueEnd;
  index[at + KNOWN] = id;
  block.count++;
  if (id === Field.none) return 0;
  const repeated = (block.seen & (1 << id)) !== 0;
  block.seen |= 1 << id;
  switch (id) {
    case Field.host:
      return repeated ? Problem.hostRepeated : 0;
    case Field.contentLength:
      return repeated ? Problem.contentLengthRepeated : noteLength(bytes, valueStart, valueEnd, block);
    case Field.transferEncoding:
      return repeated ? Problem.coding : noteCoding(bytes, valueStart, valueEnd, block);
    case Field.connection:
      block.connection |= connectionOptions(bytes, valueStart, valueEnd);
      return 0;
    case Field.expect:
      if (!equalsToken(bytes, valueStart, valueEnd, '100-continue')) return Problem.expectation;
      block.expectContinue = true;
      return 0;
    default:
      return 0;
  }
}

/** Digits only; lists of equal lengths are refused as well. @see https://www.rfc-editor.org/rfc/rfc9110#section-8.6 */
function noteLength(bytes: Uint8Array, start: number, end: number, block: HeaderBlock): number {
  if (end === start || end - start > LENGTH_DIGITS) return Problem.contentLength;
  let length = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Problem.contentLength;
    length = length * 10 + digit;
  }
  block.contentLength = length;
  return 0;
}

/** `chunked` alone: anything else has no use between a proxy and its neighbours and is a way to smuggle. */
function noteCoding(bytes: Uint8Array, start: number, end: number, block: HeaderBlock): number {
  if (equalsToken(bytes, start, end, 'chunked')) {
    block.chunked = true;
    return 0;
  }
  if (end === start) return Problem.coding;
  for (let at = start; at < end; at++) {
    if (TOKEN_LOWER[bytes[at] as number] === 0) return Problem.coding;
  }
  return Problem.codingUnsupported;
}

/** Checks that hold between framing fields, once all are known. @returns 0 or a refusal. */
export function checkFraming(block: HeaderBlock, minor: number): number {
  if (!block.chunked) return 0;
  if (block.contentLength !== -1) return Problem.lengthAndCoding;
  return minor === 0 ? Problem.codingVersion : 0;
}
