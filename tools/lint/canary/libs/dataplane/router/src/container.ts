// expect: gibbon(module-boundaries) gibbon(reserved-imports)
import { container } from 'tsyringe';

export const root = container;
