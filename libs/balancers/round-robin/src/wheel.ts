import type { Peer } from '@gibbon/contracts/balancer';

/** Places on a wheel at the most. Beyond it weights are scaled down, which costs less than 1 % of precision. */
const MAX_PLACES = 65_536;

/**
 * The order in which peers take their turns, as positions in `peers`: each as often as its weight divided by the common
 * divisor of all, shuffled, so that several gateways do not march in step.
 * @param random uniform in [0, 1).
 */
export function buildWheel(peers: readonly Peer[], random: () => number): Uint32Array {
  const divisor = peers.reduce((common, { weight }) => greatestCommonDivisor(common, weight), 0);
  const total = peers.reduce((sum, { weight }) => sum + weight, 0);
  const scale = Math.min(1 / divisor, MAX_PLACES / total);
  const turns = peers.map(({ weight }) => Math.max(1, Math.round(weight * scale)));
  const wheel = new Uint32Array(turns.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const [position, count] of turns.entries()) {
    wheel.fill(position, at, at + count);
    at += count;
  }
  return shuffle(wheel, random);
}

/** Fisher and Yates. */
function shuffle(places: Uint32Array, random: () => number): Uint32Array {
  for (let last = places.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = places[last] ?? 0;
    places[last] = places[other] ?? 0;
    places[other] = kept;
  }
  return places;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
