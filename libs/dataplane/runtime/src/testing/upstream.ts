import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

/** A request that an upstream received. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** A server in this process on a free port of 127.0.0.1. */
export interface TestServer {
  readonly port: number;
  /** Sockets accepted so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** An HTTP upstream that keeps the requests it saw. */
export interface HttpUpstream extends TestServer {
  readonly seen: SeenRequest[];
}

/** Starts an upstream that reads each body and then lets `answer` answer; by default `200 ok`. */
export async function httpUpstream(
  answer: (response: ServerResponse, request: SeenRequest) => void = (response) => response.end('ok'),
): Promise<HttpUpstream> {
  const seen: SeenRequest[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (piece: string) => void (body += piece));
    request.on('error', () => undefined);
    request.on('end', () => {
      const entry = seenOf(request, body);
      seen.push(entry);
      answer(response, entry);
    });
  });
  let accepted = 0;
  server.on('connection', () => accepted++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, seen, connections: () => accepted, close };
}

function seenOf(request: IncomingMessage, body: string): SeenRequest {
  const headers: Record<string, string> = {};
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    headers[name] = headers[name] === undefined ? (raw[at + 1] ?? '') : `${headers[name]}, ${raw[at + 1] ?? ''}`;
  }
  return { method: request.method ?? '', url: request.url ?? '', rawHeaders: raw, headers, body, trailers: request.trailers };
}

/** A TCP server whose connections are the test's. */
export interface TcpUpstream extends TestServer {
  /** Sockets in order of arrival, closed ones too. */
  readonly sockets: Socket[];
  /** What each of them has received. */
  readonly received: string[];
}

/** Starts a server without a protocol. @param onData called with each socket after it received more. */
export async function tcpUpstream(
  onData: (socket: Socket, received: string, index: number) => void = () => undefined,
): Promise<TcpUpstream> {
  const sockets: Socket[] = [];
  const received: string[] = [];
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    const index = sockets.push(socket) - 1;
    received.push('');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received[index] += chunk.toString('latin1');
      onData(socket, received[index] ?? '', index);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, sockets, received, connections: () => sockets.length, close };
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await tcpUpstream();
  await server.close();
  return server.port;
}
