export * from './contract.ts';
export { createNetTransport } from './net-transport.ts';
