// expect: gibbon(module-boundaries)
import { value } from '@canary/plugins-right';

export const copy = value;
