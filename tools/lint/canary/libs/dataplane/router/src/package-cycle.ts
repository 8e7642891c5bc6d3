// expect: gibbon(module-boundaries) gibbon(declared-dependencies)
import { value } from '@canary/dataplane-runtime';

export const copy = value;
