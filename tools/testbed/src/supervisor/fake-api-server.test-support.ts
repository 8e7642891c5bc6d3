import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createPki } from '../configuration/pki.ts';
import { ApiClient } from './api-client.ts';

/** A server with the certificates of a testbed's API server, and a client of it. */
export interface FakeApiServer {
  readonly client: ApiClient;
  /** Subjects of the client certificates that were shown. */
  readonly clients: ReadonlySet<string>;
  /** Breaks every connection. */
  breakConnections(): void;
  close(): Promise<void>;
}

/** Answers a request; failures to do so are the test's own. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Starts one on the loopback interface. */
export async function startFakeApiServer(handle: Handler): Promise<FakeApiServer> {
  const pki = createPki(Date.now());
  const clients = new Set<string>();
  const connections = new Set<Socket>();
  const server: Server = createServer(
    { key: pki.apiServer.key, cert: pki.apiServer.cert, ca: pki.authority.cert, requestCert: true },
    (request, response) => {
      clients.add(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      void handle(request, response);
    },
  );
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new ApiClient({ host: '127.0.0.1', port, authority: pki.authority.cert, client: pki.clients.admin });
  const breakConnections = (): void => connections.forEach((socket) => socket.destroy());
  return {
    client,
    clients,
    breakConnections,
    async close() {
      client.close();
      breakConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
