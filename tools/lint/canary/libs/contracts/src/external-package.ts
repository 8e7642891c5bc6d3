// expect: gibbon(module-boundaries)
import { parse } from 'yaml';

/** Contracts have no dependencies. */
export const parsed: unknown = parse('a: 1');
