export * from './core.ts';
export * from './discovery.ts';
export * from './kong.ts';
export * from './kong-policy.ts';
export * from './networking.ts';
export * from './object.ts';
export * from './object-check.ts';
export * from './slim.ts';
