export * from './published-addresses.ts';
