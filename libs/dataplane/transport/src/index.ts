export * from './contract.ts';
export { createNetTransport } from './net-transport.ts';
export { createDirectTransport } from './direct-transport.ts';
export { chooseTransport, type TransportChoice, type TransportSetting } from './choose-transport.ts';
export { selfTest } from './self-test.ts';
