export { parseOptions, type Command, type RunOptions } from './options.ts';
export { runConformance, type Terminal } from './run-conformance.ts';
