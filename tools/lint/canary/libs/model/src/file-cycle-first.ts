// expect: import(no-cycle)
import { second } from './file-cycle-second.ts';

/** Needs the second. */
export const first = (): number => second();
