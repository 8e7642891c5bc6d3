import { isAuthority } from '@gibbon/http';
import { checkFraming, parseFields } from './field-parser.ts';
import { HeaderBlock } from './header-block.ts';
import { Field } from './known-fields.ts';
import type { HeadLimits } from './limits.ts';
import { Problem } from './problems.ts';

const CR = 13;
const LF = 10;
const SPACE = 0x20;
const SLASH = 0x2f;
const QUESTION = 0x3f;
const METHOD_BYTES = 32;

/** 1 for what a method may have: upper-case letters, `_` and `-`, as nginx has it. */
const METHOD: Uint8Array = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_-') METHOD[character.charCodeAt(0)] = 1;

/** 1 for what a target may have: visible ASCII without `#`, which has no place in a request. */
const TARGET: Uint8Array = new Uint8Array(256).fill(1, 0x21, 0x7f);
TARGET[0x23] = 0;

/** As `TARGET` for the path; 2 for what ends it or may keep it from being plain, see {@link RequestHead.plain}. */
const PATH: Uint8Array = TARGET.slice();
for (const character of '?/.%"<>\\^`{|}') PATH[character.charCodeAt(0)] = 2;
const DOT = 0x2e;

const KNOWN_METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS'];

/** `HTTP/1.` */
const VERSION = Uint8Array.from('HTTP/1.', (character) => character.charCodeAt(0));

/**
 * Head of a request. One per server connection, filled anew for each request.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3
 */
export class RequestHead {
  readonly headers = new HeaderBlock();
  method = '';
  /** Request target in origin form: path and query, as received. */
  target = '';
  /** Path of the target, starts with `/`. */
  path = '';
  /** Whether the path is normalised as it stands and has nothing that needs encoding. */
  plain = false;
  /** Query without `?`; empty when none. */
  query = '';
  /** Whether the target had a `?`, with or without a query after it. */
  hasQuery = false;
  /** Host as received; that of the target for absolute-form targets. Empty for HTTP/1.0 without Host. */
  authority = '';
  /** 0 or 1. */
  minor = 1;
  /** Where the head begins in what was parsed: after an empty line before it, if there was one. */
  start = 0;
  /** Bytes of the head. */
  bytes = 0;

  // Offsets in the buffer, until `attach`.
  #methodEnd = 0;
  #targetEnd = 0;
  #query = -1;

  /**
   * Parses a head at `bytes[from..end)`. One empty line before it is tolerated: clients of old sent it after bodies. When the result is an offset, call {@link attach} before anything else.
   * @returns the offset after the head, `Problem.incomplete`, or a refusal.
   */
  parse(bytes: Uint8Array, from: number, end: number, limits: HeadLimits): number {
    this.headers.reset();
    let start = from;
    if (bytes[start] === CR && start < end) {
      if (start + 1 < end && bytes[start + 1] !== LF) return Problem.requestLine;
      start += 2;
      if (start >= end) return Problem.incomplete;
    }
    this.start = start;
    const line = this.#parseLine(bytes, start, end, limits);
    if (line <= 0) return line;
    const at = parseFields(bytes, line, end, this.headers, limits);
    if (at <= 0) return at === Problem.incomplete && end - start >= limits.headBytes ? Problem.headTooLarge : at;
    this.bytes = at - start;
    if (this.bytes > limits.headBytes) return Problem.headTooLarge;
    const problem = checkFraming(this.headers, this.minor);
    return problem === 0 ? at : problem;
  }

  /**
   * Gives the head its text.
   * @param raw the message from {@link start} on.
   * @returns 0 or a refusal.
   */
  attach(raw: string): number {
    const start = this.start;
    const headers = this.headers;
    headers.attach(raw, start);
    const methodEnd = this.#methodEnd - start;
    const targetEnd = this.#targetEnd - start;
    this.method = methodText(raw, methodEnd);
    const targetStart = methodEnd + 1;
    this.target = raw.substring(targetStart, targetEnd);
    this.hasQuery = this.#query !== -1;
    if (this.hasQuery) {
      const query = this.#query - start;
      this.path = raw.substring(targetStart, query);
      this.query = raw.substring(query + 1, targetEnd);
    } else {
      this.path = this.target;
      this.query = '';
    }
    return raw.charCodeAt(targetStart) === SLASH ? this.#takeHost() : this.#takeAbsolute();
  }

  /** As much as is known of a request that was refused: method and target, for logs. */
  attachRefused(raw: string): void {
    this.headers.reset();
    this.minor = 1;
    this.authority = '';
    this.hasQuery = false;
    this.query = '';
    const match = /^([A-Z_-]{1,32}) ([\x21-\x7e]*)/.exec(raw);
    this.method = match?.[1] ?? '';
    this.target = match?.[2] ?? '';
    this.path = this.target;
  }

  #parseLine(bytes: Uint8Array, start: number, end: number, limits: HeadLimits): number {
    let at = start;
    let byte = 0;
    while (at < end && METHOD[(byte = bytes[at] as number)] === 1) at++;
    if (at - start > METHOD_BYTES) return Problem.method;
    if (at >= end) return Problem.incomplete;
    if (byte !== SPACE || at === start) return Problem.method;
    this.#methodEnd = at++;
    const targetStart = at;
    at = this.#parsePath(bytes, at, end);
    while (at < end && TARGET[(byte = bytes[at] as number)] === 1) at++;
    if (at >= end) return end - start > limits.lineBytes ? Problem.targetTooLong : Problem.incomplete;
    if (byte !== SPACE || at === targetStart) return Problem.target;
    this.#targetEnd = at++;
    const versionEnd = at + VERSION.length + 1;
    if (versionEnd + 2 > end) return this.#startsVersion(bytes, at, end) ? Problem.incomplete : Problem.version;
    if (!this.#startsVersion(bytes, at, versionEnd - 1)) return versionProblem(bytes, at);
    if (bytes[versionEnd] !== CR || bytes[versionEnd + 1] !== LF) return Problem.requestLine;
    this.minor = (bytes[versionEnd - 1] as number) - 0x30;
    if (this.minor !== 0 && this.minor !== 1) return Problem.versionUnsupported;
    return versionEnd + 2 - start > limits.lineBytes ? Problem.targetTooLong : versionEnd + 2;
  }

  /** @returns the offset of the query, or where the path ends otherwise. */
  #parsePath(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    let kind = 0;
    this.plain = true;
    this.#query = -1;
    for (; at < end && (kind = PATH[bytes[at] as number] as number) !== 0; at++) {
      if (kind === 1) continue;
      const byte = bytes[at] as number;
      if (byte === QUESTION) {
        this.#query = at;
        break;
      }
      // Slashes and dots only matter after a slash.
      if ((byte !== SLASH && byte !== DOT) || (bytes[at - 1] === SLASH && at > from)) this.plain = false;
    }
    return at;
  }

  #startsVersion(bytes: Uint8Array, at: number, end: number): boolean {
    const length = Math.min(VERSION.length, end - at);
    for (let index = 0; index < length; index++) {
      if (bytes[at + index] !== VERSION[index]) return false;
    }
    return true;
  }

  #takeHost(): number {
    const headers = this.headers;
    // Most requests of a connection name the same host: the same string again, checked once.
    if (this.authority === '' || !headers.knownEquals(Field.host, this.authority)) {
      const host = headers.known(Field.host);
      this.authority = '';
      if (host === null) return this.minor === 0 ? 0 : Problem.hostMissing;
      if (!isAuthority(host)) return Problem.host;
      this.authority = host;
    }
    return this.method === 'CONNECT' ? Problem.connectMethod : 0;
  }

  /** Absolute form, as clients send it to forward proxies: its authority counts and not Host's. @see RFC 9112, 3.2.2 */
  #takeAbsolute(): number {
    const host = this.#takeHost();
    if (host !== 0) return host;
    const match = /^https?:\/\/([^/?]+)/i.exec(this.target);
    if (match === null || !isAuthority(match[1] as string)) return Problem.target;
    this.authority = match[1] as string;
    this.plain = false;
    const rest = this.target.slice(match[0].length);
    this.target = rest.startsWith('/') ? rest : `/${rest}`;
    const query = this.target.indexOf('?');
    this.path = query === -1 ? this.target : this.target.slice(0, query);
    return 0;
  }
}

/** A constant for the usual methods, so that comparing them later compares pointers. */
function methodText(raw: string, end: number): string {
  for (const method of KNOWN_METHODS) {
    if (method.length === end && raw.startsWith(method)) return method;
  }
  return raw.substring(0, end);
}

function versionProblem(bytes: Uint8Array, at: number): number {
  const text = String.fromCharCode(...bytes.subarray(at, at + 8));
  return /^HTTP\/\d\.\d/.test(text) ? Problem.versionUnsupported : Problem.version;
}
