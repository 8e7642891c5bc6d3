import { HEX_VALUE } from '@gibbon/http';

const PLUS = 0x2b;
const PERCENT = 0x25;

/**
 * Decodes one name or value of a query string or form: `+` is a space, `%XX` a byte, an incomplete escape itself.
 * Byte string in, byte string out. @see https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function decodeArgument(raw: string): string {
  let decoded = '';
  let copied = 0;
  for (let index = 0; index < raw.length; index += 1) {
    const code = raw.charCodeAt(index);
    if (code === PLUS) {
      decoded += `${raw.slice(copied, index)} `;
      copied = index + 1;
    } else if (code === PERCENT) {
      const byte = escapedByte(raw, index);
      if (byte === -1) continue;
      decoded += raw.slice(copied, index) + String.fromCharCode(byte);
      index += 2;
      copied = index + 1;
    }
  }
  return copied === 0 ? raw : decoded + raw.slice(copied);
}

function escapedByte(raw: string, at: number): number {
  const high = HEX_VALUE[raw.charCodeAt(at + 1)] ?? 255;
  const low = HEX_VALUE[raw.charCodeAt(at + 2)] ?? 255;
  return high === 255 || low === 255 ? -1 : high * 16 + low;
}

/** Encodes one name or value for a query string or form: all bytes but unreserved ones. Byte string in, ASCII out. */
export function encodeArgument(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, escapeByte);
}

/**
 * Encodes a path that may hold anything: what RFC 3986 allows in a path and escapes stay, the rest is escaped.
 * Byte string in, ASCII out. @see https://www.rfc-editor.org/rfc/rfc3986#section-3.3
 */
export function escapePath(bytes: string): string {
  return bytes.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/g, escapeByte);
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
