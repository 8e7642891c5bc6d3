import { createToken, type Token } from '../module/token.ts';
import type { Disposable } from '../module/scope.ts';

/** Time, replaceable in tests. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump. */
  now(): number;
  /** Monotonic milliseconds with fractions, for durations. */
  monotonic(): number;
  /** Calls `run` once after `delayMs` unless disposed first. The timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Disposable;
  /** Calls `run` every `periodMs` until disposed. The timer does not keep the process alive. */
  every(periodMs: number, run: () => void): Disposable;
}

/** The process's clock. */
export const CLOCK: Token<Clock> = createToken<Clock>('gibbon/clock@1');

/** Source of randomness, seeded in tests. */
export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Random bytes as lower-case hex, `bytes * 2` characters. Unpredictable outside tests. */
  hex(bytes: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/** The process's randomness. */
export const RANDOM: Token<Random> = createToken<Random>('gibbon/random@1');
