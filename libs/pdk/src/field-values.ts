// oxlint-disable-next-line no-control-regex -- these are the bytes that a field value must not have.
const FORBIDDEN = /[\x00-\x08\x0a-\x1f\x7f]/g;
// oxlint-disable-next-line no-control-regex -- as above, to ask without building a string.
const SUSPICIOUS = /[\x00-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/;

/**
 * Makes a field value of bytes that a client chose: control characters become `%XX`, so that nobody adds header lines
 * through a template, and outer white space goes. Returns what is a field value already as it is.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function toFieldValue(bytes: string): string {
  if (!SUSPICIOUS.test(bytes)) return bytes;
  return bytes
    .replace(FORBIDDEN, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replace(/^[ \t]+|[ \t]+$/g, '');
}
