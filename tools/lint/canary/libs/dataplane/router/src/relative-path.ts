// expect: gibbon(module-boundaries)
import { value } from '../../../model/src/index.ts';

export const copy = value;
