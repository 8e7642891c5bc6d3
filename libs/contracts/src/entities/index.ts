export * from './configuration.ts';
export * from './types.ts';
