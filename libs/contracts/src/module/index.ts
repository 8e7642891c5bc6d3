export * from './definition.ts';
export * from './registry.ts';
export * from './scope.ts';
export * from './service.ts';
export * from './token.ts';
