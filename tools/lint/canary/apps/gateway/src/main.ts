// expect: gibbon(module-boundaries) gibbon(reserved-imports)
import { value } from '@canary/kernel';
import { value as preset } from '@canary/presets-proxy-standard';
import { container } from 'tsyringe';

export const all = [container, preset, value];
