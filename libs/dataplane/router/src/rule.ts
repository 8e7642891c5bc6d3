import type { RouteInput } from './contract.ts';
import type { Regex } from './regex.ts';

/**
 * Place of a rule among all others: the higher 64-bit priority first, split in two unsigned 32-bit halves, then the
 * higher id. Plain numbers: compared on the request path.
 */
export interface RuleOrder {
  readonly high: number;
  readonly low: number;
  /** Lower-case UUID: compares as a string like the 128-bit number does. */
  readonly id: string;
}

/** One alternative for the host. */
export interface HostPattern {
  readonly kind: 'exact' | 'suffix' | 'prefix';
  /** Without the wildcard. */
  readonly text: string;
  /** Port that the request must be for, or -1 for any. */
  readonly port: number;
}

/** One alternative for the path. */
export interface PathPattern {
  /** What every matching path starts with: where the index files the rule. May be empty for `regex`. */
  readonly text: string;
  /** `prefix`: nothing more; `exact`: the path ends there; `regex`: `regex` decides. */
  readonly kind: 'prefix' | 'exact' | 'regex';
  readonly regex: Regex | null;
  /** What the match reports as its prefix; for `regex` the matched text instead. */
  readonly prefix: string;
}

/** A condition that no index covers. Called on the request path: synchronous, should not allocate. */
export interface Predicate {
  test(input: RouteInput): boolean;
}

/**
 * What every front-end lowers to: a conjunction of up to four groups. `null` = no condition. Alternatives within a group
 * are tried in order, so that the first path that matches gives the prefix and the captures.
 */
export interface Rule {
  readonly order: RuleOrder;
  readonly hosts: readonly HostPattern[] | null;
  readonly paths: readonly PathPattern[] | null;
  readonly methods: readonly string[] | null;
  /** All must hold. */
  readonly predicates: readonly Predicate[] | null;
}
