import { HEX_VALUE } from './characters.ts';

/** Reserved characters: their percent-encoding is kept, because decoding would change the meaning of the path. */
const RESERVED: Uint8Array = new Uint8Array(256);
for (const character of "!*'();:@&=+$,/?%#[]") RESERVED[character.charCodeAt(0)] = 1;

/**
 * Normalises the path of a request target the way Kong does before routing: percent-encodings are decoded except those of
 * reserved characters (kept, with upper-case digits), dot segments removed, repeated slashes merged.
 * @param path starts with `/`, without query, one character per byte.
 * @returns the path, again one character per byte (UTF-8 sequences stay sequences); the same string when there is nothing
 *   to do; `null` when an encoding is malformed or is a NUL, or when the path climbs above the root (400, as nginx answers).
 * @example normalisePath('/a//b/../%41%2f') // '/a/A%2F'
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
export function normalisePath(path: string): string | null {
  if (!path.includes('%') && !path.includes('//') && !path.includes('/.')) return path;
  const decoded = path.includes('%') ? decode(path) : path;
  return decoded === null ? null : removeDots(decoded);
}

function decode(path: string): string | null {
  let result = '';
  let copied = 0;
  for (let at = path.indexOf('%'); at !== -1; at = path.indexOf('%', at + 3)) {
    const high = HEX_VALUE[path.charCodeAt(at + 1)] ?? 255;
    const low = HEX_VALUE[path.charCodeAt(at + 2)] ?? 255;
    const byte = high * 16 + low;
    if (high > 15 || low > 15 || byte === 0) return null;
    result += path.slice(copied, at) + (RESERVED[byte] === 1 ? encodeByte(byte) : String.fromCharCode(byte));
    copied = at + 3;
  }
  return result + path.slice(copied);
}

function removeDots(path: string): string | null {
  if (!path.includes('//') && !path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  const last = segments.length - 1;
  for (let index = 1; index <= last; index++) {
    const segment = segments[index] ?? '';
    if (segment === '..') {
      if (kept.length === 0) return null;
      kept.pop();
    } else if (segment !== '.' && segment !== '') {
      kept.push(segment);
    }
  }
  const final = segments[last];
  const directory = final === '' || final === '.' || final === '..';
  if (kept.length === 0) return '/';
  return `/${kept.join('/')}${directory ? '/' : ''}`;
}

function encodeByte(byte: number): string {
  return `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
}

/** What may stand unencoded in the path sent upstream; percent signs are taken for encodings. */
const NEEDS_ENCODING = /[^!#$&'()*+,/:;=?@[\]A-Za-z0-9\-_.~%]/;

/**
 * Percent-encodes what a path to the upstream must not contain; the inverse of what {@link normalisePath} decoded.
 * @param path one character per byte; characters above U+00FF, which a plugin may have written, are encoded as UTF-8.
 * @returns the same string when there is nothing to do.
 */
export function encodePath(path: string): string {
  return encode(path, NEEDS_ENCODING);
}

/** What a query cannot have on the wire: controls, blanks, `#`, and what is not ASCII. */
const NOT_IN_QUERY = /[^\x21\x22\x24-\x7e]/;

/** Percent-encodes what a query must not contain, and leaves all else as it is. @returns the same string when there is nothing to do. */
export function encodeQuery(query: string): string {
  return encode(query, NOT_IN_QUERY);
}

function encode(text: string, forbidden: RegExp): string {
  if (!forbidden.test(text)) return text;
  let result = '';
  for (const character of text) {
    if (!forbidden.test(character)) result += character;
    else if (character.length === 1 && character.charCodeAt(0) < 256) result += encodeByte(character.charCodeAt(0));
    else result += encodeWide(character);
  }
  return result;
}

function encodeWide(character: string): string {
  let result = '';
  for (const byte of new TextEncoder().encode(character)) result += encodeByte(byte);
  return result;
}
