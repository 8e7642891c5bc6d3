export * from './compile/index.ts';
export * from './snapshot.ts';
export { allocateCounters } from './counters/layout.ts';
export { createCounters, type SharedCounters, type SharedCountersOptions } from './counters/shared-counters.ts';
export { createPipeline, type Pipeline, type PipelineOptions, type PipelineStats } from './pipeline.ts';
export { DEFAULT_SETTINGS, type ProxySettings } from './settings.ts';
export { xxhash32 } from './xxhash32.ts';
