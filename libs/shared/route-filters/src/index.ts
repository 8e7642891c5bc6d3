export * from './header-operations.ts';
export * from './path-rewrite.ts';
