// expect: gibbon(declared-dependencies)
import { value } from '@canary/shared-http';

export const copy = value;
