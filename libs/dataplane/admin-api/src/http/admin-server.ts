import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import { handleRequest, type HandlerSettings } from './request-handler.ts';

/** Where to listen. */
export interface AdminAddress {
  /** IP address or host name. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
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
export async function listen(addresses: readonly AdminAddress[], settings: HandlerSettings, limits: ServerLimits): Promise<AdminServer> {
  const servers = addresses.map(() => makeServer(settings, limits));
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    await Promise.all(addresses.map((address, index) => listenOn(servers[index] as Server, address)));
  } catch (error) {
    await close();
    throw error;
  }
  const bound = servers.map((server, index) => ({ host: addresses[index]?.host ?? '', port: (server.address() as AddressInfo).port }));
  return { addresses: bound, dispose: close };
}

function makeServer(settings: HandlerSettings, limits: ServerLimits): Server {
  const server = createServer((request, response) => void handleRequest(request, response, settings));
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  // Without a listener a failed accept (no file descriptors left) would end the process.
  server.on('error', (err) => settings.log.error({ err }, 'admin listener failed'));
  return server;
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

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
