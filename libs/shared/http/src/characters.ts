/**
 * Character tables over bytes. A parser reads one table entry per byte; all tables have 256 entries.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 (tokens), #section-5.5 (field values)
 */

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** For token characters the lower-case byte, 0 for all others: one look-up validates and folds case. */
export const TOKEN_LOWER: Uint8Array = new Uint8Array(256);
for (const character of TOKEN_CHARACTERS) {
  TOKEN_LOWER[character.charCodeAt(0)] = character.toLowerCase().charCodeAt(0);
}

/** 1 for bytes allowed in a field value: HTAB, SP, visible ASCII and obs-text; 0 for controls. */
export const FIELD_VALUE: Uint8Array = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  FIELD_VALUE[byte] = byte === 9 || (byte >= 0x20 && byte !== 0x7f) ? 1 : 0;
}

/** Value of a hexadecimal digit, 255 for all others. */
export const HEX_VALUE: Uint8Array = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  HEX_VALUE[text.charCodeAt(0)] = digit;
  HEX_VALUE[text.toUpperCase().charCodeAt(0)] = digit;
}

/** Whether a string is a token: a method or a field name. */
export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255 || TOKEN_LOWER[code] === 0) return false;
  }
  return text.length > 0;
}

/** Whether a string may be a field value: no controls but HTAB, no characters above U+00FF, no outer white space. */
export function isFieldValue(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255 || FIELD_VALUE[code] === 0) return false;
  }
  if (text.length === 0) return true;
  return !isBlank(text.charCodeAt(0)) && !isBlank(text.charCodeAt(text.length - 1));
}

/** Whether a byte is optional white space (OWS): SP or HTAB. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 9;
}
