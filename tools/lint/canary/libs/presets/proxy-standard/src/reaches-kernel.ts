// expect: gibbon(module-boundaries)
import { value } from '@canary/kernel';

export const copy = value;
