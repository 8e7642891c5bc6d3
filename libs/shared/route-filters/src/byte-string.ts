/** Text of a configuration as heads are held: one character per byte of its UTF-8 form. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
