export * from './exchange.ts';
export * from './handler.ts';
export * from './headers.ts';
