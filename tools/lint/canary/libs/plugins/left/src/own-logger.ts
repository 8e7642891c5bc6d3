// expect: gibbon(module-boundaries) gibbon(reserved-imports)
import { pino } from 'pino';

export const log = pino();
