// expect: gibbon(module-boundaries)
import { value } from '@canary/dataplane-router';

export const copy = value;
