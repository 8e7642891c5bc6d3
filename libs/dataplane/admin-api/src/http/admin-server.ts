import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import { INTERMEDIATE_CIPHERS, type ServerCredentials } from '@gibbon/dataplane-tls';
import { handleRequest, type HandlerSettings } from './request-handler.ts';

/** Where to listen. */
export interface AdminAddress {
  /** IP address or host name. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Speaks TLS. Default false. */
  readonly ssl?: boolean;
}

/** Credentials of the addresses that speak TLS. Whether clients need certificates at all does not change while they are open. */
export interface AdminTls {
  readonly current: ServerCredentials;
  /** Calls `changed` with new ones, for connections from then on. */
  onChange(changed: (credentials: ServerCredentials) => void): void;
}

/** How requests are limited. Times in milliseconds. */
export interface ServerLimits {
  /** Until the whole head arrived. */
  readonly headersTimeoutMs: number;
  /** Until the whole request arrived; large configurations come over slow links. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
}

/** Listeners of the API; `dispose` ends them and every connection at once. */
export interface AdminServer extends Disposable {
  /** The addresses with the ports that they got, in the order that was asked for. */
  readonly addresses: readonly AdminAddress[];
  dispose(): Promise<void>;
}

/**
 * Opens all addresses, or none.
 * @throws GatewayError `GW_ADMIN_LISTEN` naming the address that is taken or not ours; its cause is Node's error.
 */
export async function listen(addresses: readonly AdminAddress[], settings: ServerSettings): Promise<AdminServer> {
  const servers = addresses.map(({ ssl = false }) => makeServer(settings, ssl));
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    await Promise.all(addresses.map((address, index) => listenOn((servers[index] as OpenServer).server, address)));
  } catch (error) {
    await close();
    throw error;
  }
  const bound = servers.map(({ server }, index) => ({
    host: addresses[index]?.host ?? '',
    port: (server.address() as AddressInfo).port,
    ssl: addresses[index]?.ssl === true,
  }));
  return { addresses: bound, dispose: close };
}

/** What the listeners of one API need. */
export interface ServerSettings {
  readonly handler: HandlerSettings;
  readonly limits: ServerLimits;
  /** For the addresses that speak TLS. */
  readonly tls: AdminTls | null;
}

interface OpenServer {
  readonly server: Server;
  close(): Promise<void>;
}

function makeServer({ handler, limits, tls }: ServerSettings, ssl: boolean): OpenServer {
  const secure = ssl && tls !== null ? createTlsServer(tlsOptions(tls.current)) : null;
  const server: Server = secure ?? createServer();
  server.on('request', (request, response) => void handleRequest(request, response, handler));
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  // Without a listener a failed accept (no file descriptors left) would end the process.
  server.on('error', (err) => handler.log.error({ err }, 'admin listener failed'));
  // From their first byte: those in a handshake are none of HTTP's yet.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  if (secure !== null && tls !== null) followTls({ server: secure, tls, log: handler.log, closeConnections });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      closeConnections();
    });
  return { server, close };
}

interface TlsListener {
  readonly server: TlsServer;
  readonly tls: AdminTls;
  readonly log: Logger;
  closeConnections(): void;
}

function followTls({ server, tls, log, closeConnections }: TlsListener): void {
  let { clientCa } = tls.current;
  tls.onChange((credentials) => {
    server.setSecureContext(tlsOptions(credentials));
    // Who was let in by another authority has to prove itself again.
    if (credentials.clientCa !== clientCa) closeConnections();
    clientCa = credentials.clientCa;
  });
  server.on('tlsClientError', (err) => log.debug({ err }, 'a client of an admin listener was refused'));
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Clients prove who they are where their authorities are named: the Admin API has no other authentication. */
function tlsOptions({ cert, key, clientCa }: ServerCredentials): TlsOptions {
  const clients = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return { cert, key, minVersion: 'TLSv1.2', ciphers: INTERMEDIATE_CIPHERS, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, ...clients };
}

function listenOn(server: Server, { host, port }: AdminAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => {
      const reason = codeOf(cause) === 'EADDRINUSE' ? 'the address is in use' : cause.message;
      reject(new GatewayError('GW_ADMIN_LISTEN', `cannot listen on ${host}:${port}: ${reason}`, { source: 'config', cause }));
    };
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
