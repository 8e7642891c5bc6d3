import type { ConnectionHandler } from './contract.ts';

/** Stands in where a connection has no handler: before `accept` has returned one, and after `onClose`. */
export const CLOSED_HANDLER: ConnectionHandler = {
  onConnect: () => undefined,
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};
