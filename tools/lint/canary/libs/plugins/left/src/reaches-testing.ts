// expect: gibbon(module-boundaries)
import { value } from '@canary/testing-fixtures';

export const copy = value;
