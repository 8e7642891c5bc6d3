export * from './clock.ts';
export * from './counters.ts';
export * from './http-client.ts';
export * from './log.ts';
export * from './metrics.ts';
export * from './upstream-health.ts';
