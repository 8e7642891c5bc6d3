// expect: gibbon(module-boundaries)
import { value } from '@canary/model';

export const copy = value;
