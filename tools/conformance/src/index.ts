export { parseOptions, type Command, type RunOptions } from './options.ts';
export { runConformance, type Terminal } from './run-conformance.ts';
export { ensureSuite, type Suite } from './suite/build-suite.ts';
export { ensureSuiteImages, sortImages } from './suite/images.ts';
