// expect: gibbon(module-boundaries)
export { value } from '@canary/dataplane-router';
