export * from './errors/index.ts';
export * from './module/index.ts';
