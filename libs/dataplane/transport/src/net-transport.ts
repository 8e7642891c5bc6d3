import {
  connect as connectTcp,
  createServer,
  Socket,
  type AddressInfo,
  type Server as NetServer,
  type TcpNetConnectOpts as TcpConnectOpts,
} from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { GatewayError } from '@gibbon/contracts/errors';
import { formatHostPort } from '@gibbon/net';
import { clientTlsOptions } from './client-tls.ts';
import type { ClientTls, Connection, ConnectionHandler, ConnectOptions, ListenOptions, Server, TlsFacts, Transport } from './contract.ts';
import { listenError } from './listen-error.ts';
import { NetConnection } from './net-connection.ts';
import { READ_BUFFER } from './read-buffer.ts';
import { acceptTls } from './server-tls.ts';

const DEFAULT_BACKLOG = 511;
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;

/** A transport on the public API of `node:net` and `node:tls` alone: works on every Node, the reference for the other. */
export function createNetTransport(): Transport {
  return { name: 'net', listen, connect };
}

/** Opens a listening socket whose `connection` events are the caller's. Shared by both transports. */
export function openServer(options: ListenOptions): Promise<NetServer> {
  const { host, port, reusePort } = options;
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(host, port, error)));
    // IPv6 alone, as nginx does: `0.0.0.0:80, [::]:80` are two sockets. `exclusive` keeps node:cluster out of it.
    server.listen({ host, port, reusePort, backlog: options.backlog ?? DEFAULT_BACKLOG, ipv6Only: true, exclusive: true }, () => {
      server.removeAllListeners('error');
      // Errors of a listening socket are errors of single accepts (out of descriptors): the next accept tries again.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

/** The public face of a listening socket. `onClosing` runs first when it closes. */
export function serverOf(server: NetServer, host: string, onClosing: () => void): Server {
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    onClosing();
    // Counts open sockets of node:net, which live on: the listening socket itself is closed at once.
    server.close();
    return Promise.resolve();
  };
  return { host, port, close: () => (closing ??= close()) };
}

async function listen(options: ListenOptions, accept: (connection: Connection) => ConnectionHandler): Promise<Server> {
  const server = await openServer(options);
  const { tls, handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS } = options;
  const handshakes = new Set<() => void>();
  server.on('connection', (raw: Socket) => {
    if (tls === null) return admit(new NetConnection(raw), accept);
    const abandon = acceptTls(raw, tls, handshakeTimeoutMs, (socket, servername) => {
      handshakes.delete(abandon);
      const connection = new NetConnection(socket, raw);
      connection.tls = factsOf(socket, servername);
      admit(connection, accept);
    });
    handshakes.add(abandon);
    raw.once('close', () => handshakes.delete(abandon));
  });
  return serverOf(server, options.host, () => {
    for (const abandon of handshakes) abandon();
  });
}

function admit(connection: NetConnection, accept: (connection: Connection) => ConnectionHandler): void {
  connection.captureAddresses();
  connection.attach(accept(connection));
  connection.readFromEvents();
}

function factsOf(socket: TLSSocket, servername: string | null): TlsFacts {
  return { servername, alpn: socket.alpnProtocol || null, protocol: socket.getProtocol() ?? '' };
}

function connect(options: ConnectOptions, handler: ConnectionHandler): Connection {
  const { host, port, tls, timeoutMs } = options;
  const onread = { buffer: READ_BUFFER, callback: (length: number) => connection.received(READ_BUFFER, length) };
  const base = { host, port, allowHalfOpen: true, noDelay: true, onread };
  const socket = tls === null ? connectTcp(base) : startTls(base, tls);
  const connection = new NetConnection(socket);
  connection.attach(handler);
  const timer = setTimeout(() => connection.destroy(connectTimeout(options)), timeoutMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.once(tls === null ? 'connect' : 'secureConnect', () => {
    clearTimeout(timer);
    connection.captureAddresses();
    if (tls !== null) connection.tls = factsOf(socket as TLSSocket, tls.servername);
    handler.onConnect();
  });
  return connection;
}

/** Settings that are no valid PEM fail as the connection would: later, through `onClose`. */
function startTls(base: TcpConnectOpts, tls: ClientTls): Socket {
  try {
    return connectTls({ ...base, ...clientTlsOptions(tls) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new GatewayError(
      'GW_TLS_SETTINGS',
      `certificate, key or authorities for ${formatHostPort(base.host ?? '', base.port)} are not usable: ${reason}`,
      { source: 'config', status: 502, cause },
    );
    const socket = new Socket();
    // A turn later the connection has its listeners.
    process.nextTick(() => socket.destroy(error));
    return socket;
  }
}

/** The error of a connection that was not established in time. */
export function connectTimeout({ host, port, timeoutMs }: ConnectOptions): GatewayError {
  return new GatewayError('GW_CONNECT_TIMEOUT', `no connection to ${formatHostPort(host, port)} within ${timeoutMs} ms`, {
    source: 'upstream',
    retry: 'safe',
    status: 504,
  });
}
