import { connect, createServer, type Server, type Socket } from 'node:net';

/** Joins two connections both ways; when one breaks, so does the other. */
export function join(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
  one.setNoDelay(true);
  other.setNoDelay(true);
  one.pipe(other).pipe(one);
}

/** A server that passes every connection on to an address. The caller makes it listen. */
export function forwardTo(host: string, port: number): Server {
  return createServer({ allowHalfOpen: true }, (client) => join(client, connect({ host, port, allowHalfOpen: true })));
}
