import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayError } from '@gibbon/contracts/errors';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import {
  createNetTransport,
  type Connection,
  type ConnectionHandler,
  type ConnectOptions,
  type Transport,
} from '@gibbon/dataplane-transport';
import {
  closed,
  get,
  parseResponse,
  sendRaw,
  snapshotOf,
  startGateway,
  TestUpstream,
  TRANSPORTS,
  until,
  type GatewayOptions,
  type RouteSpec,
  type TestGateway,
} from './testing/gateway.ts';
import { closedPort, httpUpstream, tcpUpstream } from './testing/upstream.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

function own<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** The transport that the suite runs over. */
let kind: 'net' | 'direct' = 'net';

async function gatewayWith(route: RouteSpec, options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  return own(await startGateway({ snapshot: snapshotOf({ routes: [route] }), transport: TRANSPORTS[kind](), ...options }));
}

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const BAD_GATEWAY = 'An invalid response was received from the upstream server';

/** Answers each request whole. */
function answering(text: string): (socket: Socket, received: string) => void {
  return (socket, received) => {
    if (received.endsWith('\r\n\r\n') || received.endsWith('hello')) socket.write(text, 'latin1');
  };
}

/** Keeps the last exchange's attempts. */
function attemptsLog(): { readonly handler: PluginHandler; readonly attempts: unknown[] } {
  const attempts: unknown[] = [];
  return {
    attempts,
    handler: { log: (exchange) => void attempts.push(...exchange.attempts.map(({ port, status, failure }) => [port, status, failure])) },
  };
}

describe.each(['net', 'direct'] as const)('over %s', (name) => {
  beforeAll(() => {
    kind = name;
  });

  describe('retries', () => {
    test('go to another peer when one refuses; balancer and health learn of both', async () => {
      const dead = await closedPort();
      const alive = own(await httpUpstream());
      const balanced = new TestUpstream([dead, alive.port]);
      const log = attemptsLog();
      const gateway = await gatewayWith({ balanced, plugins: [log.handler] });
      expect(parseResponse(await sendRaw(gateway.port, get('/'))).status).toBe(200);
      expect(balanced.reports).toEqual([
        [dead, 0, 'connect', false],
        [alive.port, 200, 'none', true],
      ]);
      expect(log.attempts).toEqual([
        [dead, 0, 'connect'],
        [alive.port, 200, 'none'],
      ]);
    });

    test('carry the body along, POST included, as long as nothing was sent', async () => {
      const alive = own(await httpUpstream());
      const gateway = await gatewayWith({ balanced: new TestUpstream([await closedPort(), alive.port]) });
      expect(parseResponse(await sendRaw(gateway.port, POST)).status).toBe(200);
      expect(alive.seen[0]?.body).toBe('hello');
    });

    test('carry a streamed body along when no connection came about', async () => {
      const alive = own(await httpUpstream());
      const gateway = await gatewayWith({ balanced: new TestUpstream([await closedPort(), alive.port]) });
      const body = 'x'.repeat(200_000);
      await sendRaw(gateway.port, `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      expect(alive.seen[0]?.body).toBe(body);
    });

    test('end with 502 after the configured number', async () => {
      const dead = await closedPort();
      const log = attemptsLog();
      const gateway = await gatewayWith({ port: dead, service: { retries: 2 }, plugins: [log.handler] });
      const response = parseResponse(await sendRaw(gateway.port, get('/', 'Accept: application/json')));
      expect(response.status).toBe(502);
      expect(JSON.parse(response.body)).toMatchObject({ message: BAD_GATEWAY });
      expect(log.attempts).toEqual([
        [dead, 0, 'connect'],
        [dead, 0, 'connect'],
        [dead, 0, 'connect'],
      ]);
      const attempt = { host: '127.0.0.1', port: dead, failure: 'connect' };
      expect(gateway.log.lines).toMatchObject([
        { level: 'warn', message: 'no upstream answered', fields: { status: 502, attempts: [attempt, attempt, attempt] } },
      ]);
    });

    test('repeat a GET that was closed before a response, not a POST', async () => {
      const closing = own(await tcpUpstream((socket) => socket.destroy()));
      const alive = own(await httpUpstream());
      const gateway = await gatewayWith({ balanced: new TestUpstream([closing.port, alive.port]) });
      expect(parseResponse(await sendRaw(gateway.port, get('/'))).status).toBe(200);
      expect(parseResponse(await sendRaw(gateway.port, POST)).status).toBe(502);
      expect([closing.connections(), alive.seen.length]).toEqual([2, 1]);
    });

    test('do not repeat a body that was streamed and forgotten', async () => {
      const closing = own(
        await tcpUpstream((socket, received) => {
          if (received.length > 50_000) socket.destroy();
        }),
      );
      const alive = own(await httpUpstream());
      const gateway = await gatewayWith({ balanced: new TestUpstream([closing.port, alive.port]) });
      const body = 'x'.repeat(200_000);
      const text = await sendRaw(
        gateway.port,
        `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      expect(parseResponse(text).status).toBe(502);
      expect(alive.seen.length).toBe(0);
    });

    test('do not happen once a response has begun', async () => {
      const broken = own(await tcpUpstream((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234')));
      const balanced = new TestUpstream([broken.port, broken.port]);
      const gateway = await gatewayWith({ balanced });
      const text = await sendRaw(gateway.port, get('/'));
      expect(broken.connections()).toBe(1);
      expect(text.endsWith('01234') || text === '').toBe(true);
      expect(balanced.reports).toEqual([[broken.port, 200, 'none', false]]);
    });

    test('are free where a kept connection was stale', async () => {
      let requests = 0;
      const upstream = own(
        await tcpUpstream((socket) => {
          requests++;
          // The second request on a connection meets its end.
          if (requests === 2) socket.destroy();
          else socket.write(OK);
        }),
      );
      const gateway = await gatewayWith({ port: upstream.port, service: { retries: 0 } });
      const one = get('/').replace('Connection: close\r\n', '');
      const all = await sendRaw(gateway.port, one + get('/'));
      expect(all.split(/(?=HTTP\/1\.1 )/).map((text) => parseResponse(text).status)).toEqual([200, 200]);
      expect(upstream.connections()).toBe(2);
    });

    test('no peer: 503 as Kong says it', async () => {
      const gateway = await gatewayWith({ balanced: new TestUpstream([]) });
      const response = parseResponse(await sendRaw(gateway.port, get('/')));
      expect(response.status).toBe(503);
      expect(JSON.parse(response.body)).toMatchObject({ message: 'failure to get a peer from the ring-balancer' });
    });
  });

  describe('broken upstreams', () => {
    test.each([
      ['no HTTP', '<html>hello</html>'],
      ['smuggling by two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
      ['smuggling by length and coding', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
      ['a control character', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok'],
      ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
      ['an upgrade not asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ])('%s is 502, once, and counts as that', async (_name, text) => {
      const upstream = own(await tcpUpstream(answering(text)));
      const balanced = new TestUpstream([upstream.port]);
      const gateway = await gatewayWith({ balanced });
      const response = parseResponse(await sendRaw(gateway.port, get('/')));
      expect(response.status).toBe(502);
      expect(response.body).toContain(BAD_GATEWAY);
      expect(balanced.reports).toEqual([[upstream.port, 502, 'none', false]]);
      expect(upstream.connections()).toBe(1);
    });

    test('what follows a response is not taken for the next one', async () => {
      const upstream = own(await tcpUpstream(answering(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned`)));
      const gateway = await gatewayWith({ port: upstream.port });
      const all = await sendRaw(gateway.port, get('/').replace('Connection: close\r\n', '') + get('/'));
      expect(all).not.toContain('poisoned');
      expect(upstream.connections()).toBe(2);
    });

    test.each([
      ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', (text: string) => !text.includes('\r\n0\r\n')],
      ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', (text: string) => text === '' || text.endsWith('hello')],
      ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX', (text: string) => !text.includes('\r\n0\r\n')],
    ])('a body that breaks off within %s is cut off at the client too', async (_name, text, cutOff) => {
      const upstream = own(await tcpUpstream((socket) => socket.end(text)));
      const gateway = await gatewayWith({ port: upstream.port });
      expect(cutOff(await sendRaw(gateway.port, get('/')))).toBe(true);
      await until(() => gateway.pipeline.stats.activeRequests === 0);
    });
  });

  describe('timeouts', () => {
    test('no response in time: 504, retried first', async () => {
      const silent = own(await tcpUpstream());
      const balanced = new TestUpstream([silent.port, silent.port]);
      const gateway = await gatewayWith({ balanced, service: { retries: 1, read_timeout: 3000 } });
      const answer = sendRaw(gateway.port, get('/', 'Accept: text/plain'));
      await until(() => silent.received.length === 1 && silent.received[0] !== '');
      gateway.clock.advance(3200);
      await until(() => silent.received.length === 2 && silent.received[1] !== '');
      gateway.clock.advance(3200);
      const response = parseResponse(await answer);
      expect(response.status).toBe(504);
      expect(response.body).toMatch(/^The upstream server is timing out\nrequest_id: [0-9a-f]{32}\n$/);
      expect(balanced.reports).toEqual([
        [silent.port, 0, 'timeout', false],
        [silent.port, 0, 'timeout', false],
      ]);
    });

    test('time counts between two reads, not in all', async () => {
      const upstream = own(await tcpUpstream());
      const gateway = await gatewayWith({ port: upstream.port, service: { read_timeout: 3000 } });
      const client = connect(gateway.port, '127.0.0.1');
      let text = '';
      client.on('data', (chunk: Buffer) => void (text += chunk.toString()));
      client.write(get('/'));
      await until(() => (upstream.received[0] ?? '') !== '');
      for (const piece of ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n', 'a', 'b', 'c', 'd']) {
        gateway.clock.advance(2500);
        upstream.sockets[0]?.write(piece);
        await until(() => text.includes('\r\n\r\n') && text.endsWith(piece.slice(-1)));
      }
      expect(parseResponse(text).body).toBe('abcd');
      await closed(client);
    });

    test('no connection in time: 504', async () => {
      const gateway = await gatewayWith({ port: 1, service: { retries: 1 } }, { transport: neverConnecting() });
      expect(parseResponse(await sendRaw(gateway.port, get('/'))).status).toBe(504);
    });

    test('a client that does not send its body: 408', async () => {
      const upstream = own(await tcpUpstream());
      const gateway = await gatewayWith({ port: upstream.port }, { settings: { client_body_timeout: 2 } });
      const answer = sendRaw(gateway.port, POST.slice(0, -2));
      await until(() => (upstream.received[0] ?? '').endsWith('hel'));
      gateway.clock.advance(2200);
      expect(parseResponse(await answer)).toMatchObject({ status: 408, headers: { connection: 'close' } });
    });

    test('half a head: 408; nothing at all: closed without a word', async () => {
      const gateway = await gatewayWith({ port: 1 }, { settings: { client_header_timeout: 2, keepalive_timeout: 3 } });
      const half = sendRaw(gateway.port, 'GET / HT');
      const silent = sendRaw(gateway.port, '');
      await until(() => gateway.pipeline.stats.connections === 2 && gateway.wheel.size === 2);
      await turns(20);
      gateway.clock.advance(2200);
      expect(parseResponse(await half).status).toBe(408);
      gateway.clock.advance(2200);
      expect(await silent).toBe('');
    });

    test('an idle upstream connection is closed after its time', async () => {
      const upstream = own(await tcpUpstream(answering(OK)));
      const gateway = await gatewayWith({ port: upstream.port }, { settings: { upstream_keepalive_idle_timeout: 4 } });
      await sendRaw(gateway.port, get('/'));
      expect(gateway.pipeline.stats.idleUpstreamConnections).toBe(1);
      gateway.clock.advance(4200);
      await until(() => gateway.pipeline.stats.upstreamConnections === 0);
    });
  });

  describe('kept connections', () => {
    test.each([
      [{ upstream_keepalive_pool_size: 0 }, 3],
      [{ upstream_keepalive_max_requests: 2 }, 2],
      [{}, 1],
    ])('%j: %i connections for three requests', async (settings, connections) => {
      const upstream = own(await tcpUpstream(answering(OK)));
      const gateway = await gatewayWith({ port: upstream.port }, { settings });
      for (let index = 0; index < 3; index++) await sendRaw(gateway.port, get('/'));
      expect(upstream.connections()).toBe(connections);
    });

    test('one that the upstream closed is not used again', async () => {
      const upstream = own(await tcpUpstream(answering(OK)));
      const gateway = await gatewayWith({ port: upstream.port });
      await sendRaw(gateway.port, get('/'));
      upstream.sockets[0]?.end();
      await until(() => gateway.pipeline.stats.upstreamConnections === 0);
      expect(parseResponse(await sendRaw(gateway.port, POST)).status).toBe(200);
    });
  });

  describe('clients that leave', () => {
    test('while waiting: the upstream is told, the log phase says 499', async () => {
      const upstream = own(await tcpUpstream());
      const statuses: number[] = [];
      const gateway = await gatewayWith({
        port: upstream.port,
        plugins: [{ log: (exchange) => void statuses.push(exchange.responseStatus) }],
      });
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(get('/'));
      await until(() => (upstream.received[0] ?? '') !== '');
      const gone = closed(upstream.sockets[0] as Socket);
      socket.destroy();
      await gone;
      await until(() => statuses.length === 1);
      expect(statuses).toEqual([499]);
    });

    test('within the response: likewise', async () => {
      const upstream = own(await tcpUpstream((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nstart')));
      const gateway = await gatewayWith({ port: upstream.port });
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(get('/'));
      await once(socket, 'data');
      const gone = closed(upstream.sockets[0] as Socket);
      socket.destroy();
      await gone;
      await until(() => gateway.pipeline.stats.activeRequests === 0);
    });

    test('within their body: likewise', async () => {
      const upstream = own(await tcpUpstream());
      const gateway = await gatewayWith({ port: upstream.port });
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(POST.slice(0, -2));
      await until(() => (upstream.received[0] ?? '').endsWith('hel'));
      const gone = closed(upstream.sockets[0] as Socket);
      socket.destroy();
      await gone;
      await until(() => gateway.pipeline.stats.activeRequests === 0);
    });

    test('their side only, where allowed: they get their answer', async () => {
      const upstream = own(await tcpUpstream());
      const gateway = await gatewayWith({ port: upstream.port }, { settings: { proxy_ignore_client_abort: true } });
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
      let text = '';
      socket.on('data', (chunk: Buffer) => void (text += chunk.toString()));
      socket.end(get('/').replace('Connection: close\r\n', ''));
      await until(() => (upstream.received[0] ?? '') !== '');
      upstream.sockets[0]?.write(OK);
      await once(socket, 'end');
      expect(parseResponse(text)).toMatchObject({ status: 200, body: 'ok', headers: { connection: 'close' } });
    });
  });

  describe('refused requests', () => {
    test.each([
      ['GET / HTTP/1.1\r\n\r\n', 400, 'Bad request'],
      ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400, 'Bad request'],
      [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'URI too long'],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}\r\n\r\n`, 400, 'Request header or cookie too large'],
      ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501, 'Not implemented'],
      ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505, 'HTTP version not supported'],
      ['GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'Bad request'],
      ['GET /a/../../b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'Bad request'],
    ])('%j', async (text, status, message) => {
      const logged: [number, string][] = [];
      const log: PluginHandler = {
        headerFilter: (exchange) => exchange.responseHeaders.set('X-Filtered', 'yes'),
        log: (exchange) => void logged.push([exchange.responseStatus, exchange.responseSource]),
      };
      const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: 1 }], global: [log] }) }));
      const response = parseResponse(await sendRaw(gateway.port, text));
      expect(response.status).toBe(status);
      expect(response.body).toMatch(new RegExp(`^${message}\nrequest_id: [0-9a-f]{32}\n$`));
      expect(response.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        connection: 'close',
        server: 'gibbon/0.1.0',
        'x-filtered': 'yes',
      });
      expect(logged).toEqual([[status, 'error']]);
    });
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Listens as `net` does; its connections fail as one does that is not established in time. */
function neverConnecting(): Transport {
  const net = createNetTransport();
  return {
    ...net,
    connect(options: ConnectOptions, handler: ConnectionHandler): Connection {
      const connection = net.connect(
        { ...options, host: '127.0.0.1', port: 1 },
        { ...silent, onClose: () => handler.onClose(new GatewayError('GW_CONNECT_TIMEOUT', 'late', { source: 'upstream' })) },
      );
      return connection;
    },
  };
}

const silent: ConnectionHandler = {
  onConnect: () => undefined,
  onData: () => undefined,
  onDrain: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
};
