import { TOKEN_LOWER } from '@gibbon/http';

/** What a Connection field named, as bits. */
export const ConnectionOption = {
  close: 1,
  keepAlive: 2,
  upgrade: 4,
  /** Names of other fields, which an intermediary must remove. */
  others: 8,
} as const;

const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 9;

/**
 * Reads one Connection value.
 * @returns bits of {@link ConnectionOption}.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function connectionOptions(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte === COMMA || byte === SPACE || byte === TAB) {
      at++;
      continue;
    }
    let stop = at;
    while (stop < end && bytes[stop] !== COMMA && bytes[stop] !== SPACE && bytes[stop] !== TAB) stop++;
    bits |= optionOf(bytes, at, stop);
    at = stop;
  }
  return bits;
}

function optionOf(bytes: Uint8Array, start: number, end: number): number {
  if (equalsToken(bytes, start, end, 'keep-alive')) return ConnectionOption.keepAlive;
  if (equalsToken(bytes, start, end, 'close')) return ConnectionOption.close;
  if (equalsToken(bytes, start, end, 'upgrade')) return ConnectionOption.upgrade;
  return ConnectionOption.others;
}

/** Whether `bytes[start..end)` is the given token, in any case. */
export function equalsToken(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  const length = lower.length;
  if (end - start !== length) return false;
  for (let index = 0; index < length; index++) {
    if (TOKEN_LOWER[bytes[start + index] as number] !== lower.charCodeAt(index)) return false;
  }
  return true;
}
