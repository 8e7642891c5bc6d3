import { GatewayError } from '@gibbon/contracts/errors';
import { DirectConnection, INTERNALS } from './direct-connection.ts';
import type { Connection, ConnectionHandler, ConnectOptions, ListenOptions, Server, Transport } from './contract.ts';
import { ioError } from './io-error.ts';
import { connectTimeout, createNetTransport, openServer, serverOf } from './net-transport.ts';
import { takeConnections, type StreamInternals, type StreamRequest } from './stream-handles.ts';

/**
 * A transport on the stream handles under Node's sockets, for plain TCP; TLS goes through `node:tls` as in the `net` transport.
 * Use it through {@link chooseTransport}, which proves first that it works on the running Node.
 * Throws `GW_TRANSPORT_UNAVAILABLE` when the handles are not as expected.
 */
export function createDirectTransport(): Transport {
  if (INTERNALS === null) throw unavailable('its stream handles are not reachable');
  const internals = INTERNALS;
  const net = createNetTransport();
  return {
    name: 'direct',
    listen: (options, accept) => (options.tls === null ? listen(options, accept) : net.listen(options, accept)),
    connect: (options, handler) => (options.tls === null ? connect(internals, options, handler) : net.connect(options, handler)),
  };
}

function unavailable(reason: string): GatewayError {
  return new GatewayError('GW_TRANSPORT_UNAVAILABLE', `the direct transport does not work on Node ${process.version}: ${reason}`, {
    source: 'internal',
  });
}

async function listen(options: ListenOptions, accept: (connection: Connection) => ConnectionHandler): Promise<Server> {
  const server = await openServer(options);
  const taken = takeConnections(server, (handle) => {
    const connection = new DirectConnection(handle);
    connection.opened();
    connection.attach(accept(connection));
    connection.startReading();
  });
  if (!taken) {
    server.close();
    throw unavailable('its servers cannot be taken over');
  }
  return serverOf(server, options.host, () => undefined);
}

interface ConnectAttempt {
  readonly connection: DirectConnection;
  readonly handler: ConnectionHandler;
  readonly timer: NodeJS.Timeout;
}

function onConnected(this: StreamRequest, status: number): void {
  const { connection, handler, timer } = this.owner as ConnectAttempt;
  clearTimeout(timer);
  // Given up meanwhile: onClose is on its way.
  if (!connection.open) return;
  if (status !== 0) return connection.destroy(ioError('connect', status));
  connection.opened();
  connection.startReading();
  handler.onConnect();
}

function connect(internals: StreamInternals, options: ConnectOptions, handler: ConnectionHandler): Connection {
  const { host, port, timeoutMs } = options;
  const handle = new internals.Tcp(internals.socketType);
  const connection = new DirectConnection(handle);
  connection.attach(handler);
  const timer = setTimeout(() => connection.destroy(connectTimeout(options)), timeoutMs).unref();
  const request = new internals.ConnectRequest();
  request.oncomplete = onConnected;
  request.owner = { connection, handler, timer } satisfies ConnectAttempt;
  const status = host.includes(':') ? handle.connect6(request, host, port) : handle.connect(request, host, port);
  if (status !== 0) {
    clearTimeout(timer);
    connection.destroy(ioError('connect', status));
  }
  return connection;
}
