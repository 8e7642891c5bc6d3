import type { Random } from '@gibbon/contracts/services';

/**
 * Randomness for tests: the same seed gives the same sequence on every machine (mulberry32). Predictable, so never for ids in production.
 * @param seed any integer; its low 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const hex = (bytes: number): string => {
    let text = '';
    for (let i = 0; i < bytes; i++) text += (next() >>> 24).toString(16).padStart(2, '0');
    return text;
  };
  return { float: () => next() / 4294967296, hex, uuid: () => uuidOf(hex(16)) };
}

/** Sets version 4 and the RFC 9562 variant in 32 hex characters. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
