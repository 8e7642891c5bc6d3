// expect: gibbon(module-boundaries)
import type { value } from '@canary/model';

export type Copy = typeof value;
