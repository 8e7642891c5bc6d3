export * from './compile/index.ts';
export * from './snapshot.ts';
export { allocateCounters } from './counters/layout.ts';
export { createCounters, type SharedCounters, type SharedCountersOptions } from './counters/shared-counters.ts';
