// expect: import(no-cycle)
import { first } from './file-cycle-first.ts';

/** Needs the first. */
export const second = (): number => first();
