/**
 * Byte strings: the text of HTTP heads as this code base holds it, one character per byte (U+0000 to U+00FF).
 * What comes from configuration or JSON is ordinary text and has to be turned, or `é` would leave as one byte.
 */

// oxlint-disable-next-line no-control-regex -- the question is exactly whether all characters are ASCII.
const ASCII = /^[\x00-\x7f]*$/;

/** Text to a byte string in UTF-8. Returns ASCII as it is. */
export function toByteString(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** A byte string in UTF-8 to text; malformed bytes become U+FFFD. Returns ASCII as it is. */
export function fromByteString(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Bytes to a byte string. */
export function bytesToByteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A byte string to bytes. */
export function byteStringToBytes(bytes: string): Uint8Array {
  return Buffer.from(bytes, 'latin1');
}
