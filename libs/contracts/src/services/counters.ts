import { createToken, type Token } from '../module/token.ts';

/**
 * Counters that all workers of a node share, with an expiry: what Kong keeps in a shared dictionary.
 * Synchronous and atomic. Bounded: when full, the entries nearest to expiry make room.
 */
export interface Counters {
  /**
   * Adds and returns the new value. A missing or expired counter starts from 0 and then expires at `expiresAtMs`.
   * @param amount an integer, may be negative.
   * @param expiresAtMs wall clock; ignored where the counter is alive.
   */
  add(key: string, amount: number, expiresAtMs: number): number;
  /** The current value; 0 when missing or expired. */
  get(key: string): number;
}

/** Node-wide {@link Counters}. */
export const COUNTERS: Token<Counters> = createToken<Counters>('gibbon/counters@1');
