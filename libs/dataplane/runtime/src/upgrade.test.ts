import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closed, parseResponse, snapshotOf, startGateway, TRANSPORTS, until, type TestGateway } from './testing/gateway.ts';
import { httpUpstream, tcpUpstream, type TcpUpstream } from './testing/upstream.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const HANDSHAKE =
  'GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s\r\n\r\n';

interface Tunnel {
  readonly gateway: TestGateway;
  readonly upstream: TcpUpstream;
  readonly client: Socket;
  readonly received: () => string;
  readonly statuses: number[];
}

async function tunnel(kind: 'net' | 'direct', early = ''): Promise<Tunnel> {
  const upstream = await tcpUpstream((socket, received) => {
    if (received.endsWith('\r\n\r\n')) socket.write(ACCEPTED + early);
  });
  open.push(upstream);
  const statuses: number[] = [];
  const gateway = await startGateway({
    snapshot: snapshotOf({
      routes: [{ port: upstream.port, plugins: [{ log: (exchange) => void statuses.push(exchange.responseStatus) }] }],
    }),
    transport: TRANSPORTS[kind](),
  });
  open.push(gateway);
  const client = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined);
  let text = '';
  client.on('data', (chunk: Buffer) => void (text += chunk.toString('latin1')));
  client.write(HANDSHAKE);
  await until(() => text.includes('\r\n\r\n'));
  return { gateway, upstream, client, received: () => text, statuses };
}

describe.each(['net', 'direct'] as const)('WebSockets over %s', (kind) => {
  test('the handshake is passed on and answered, then bytes go both ways', async () => {
    const { upstream, client, received, statuses } = await tunnel(kind, 'early');
    expect(upstream.received[0]).toMatch(/^GET \/ws HTTP\/1\.1\r\n/);
    const fields = parseResponse((upstream.received[0] ?? '').replace('GET /ws HTTP/1.1', 'HTTP/1.1 200')).headers;
    expect(fields).toMatchObject({
      connection: 'keep-alive, Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'k',
      'x-forwarded-for': '127.0.0.1',
    });
    await until(() => received().endsWith('early'));
    const response = parseResponse(received());
    expect(response).toMatchObject({
      status: 101,
      body: 'early',
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-accept': 's', via: '1.1 gibbon/0.1.0' },
    });
    expect(response.headers['content-length']).toBeUndefined();
    client.write('\x81\x02hi');
    await until(() => (upstream.received[0] ?? '').endsWith('hi'));
    upstream.sockets[0]?.write('back');
    await until(() => received().endsWith('back'));
    expect(statuses).toEqual([]);
    upstream.sockets[0]?.on('end', () => upstream.sockets[0]?.end());
    client.destroy();
    await until(() => statuses.length === 1);
    expect(statuses).toEqual([101]);
  });

  test('each side can end its own, and the other is told', async () => {
    const { gateway, upstream, client, received } = await tunnel(kind);
    const peer = upstream.sockets[0] as Socket;
    const ended = once(peer, 'end');
    client.end('last words');
    await ended;
    expect(upstream.received[0]?.endsWith('last words')).toBe(true);
    peer.end('reply');
    await closed(client);
    expect(received().endsWith('reply')).toBe(true);
    await until(() => gateway.pipeline.stats.activeRequests === 0);
  });

  test("the upstream's end ends the client", async () => {
    const { upstream, client } = await tunnel(kind);
    upstream.sockets[0]?.destroy();
    client.end();
    await closed(client);
  });

  test('a tunnel in which nothing passes ends after the read timeout', async () => {
    const { gateway, upstream, client, received } = await tunnel(kind);
    gateway.clock.advance(50_000);
    client.write('still here');
    await until(() => (upstream.received[0] ?? '').endsWith('still here'));
    gateway.clock.advance(50_000);
    upstream.sockets[0]?.write('here too');
    await until(() => received().endsWith('here too'));
    const gone = closed(client);
    client.on('end', () => client.end());
    gateway.clock.advance(61_000);
    await gone;
  });

  test('much data in both directions, in order, with pauses', async () => {
    const { upstream, client, received } = await tunnel(kind);
    const start = received().length;
    const piece = Buffer.alloc(256 * 1024, 'ab');
    const peer = upstream.sockets[0] as Socket;
    const before = upstream.received[0]?.length ?? 0;
    client.pause();
    peer.pause();
    for (let index = 0; index < 20; index++) {
      client.write(piece);
      peer.write(piece);
    }
    client.resume();
    peer.resume();
    await until(
      () => received().length === start + 20 * piece.length && (upstream.received[0] ?? '').length === before + 20 * piece.length,
      200_000,
    );
    client.destroy();
  }, 20_000);
});

test('an upgrade that is refused is an ordinary response', async () => {
  const upstream = await httpUpstream((response) => response.writeHead(403).end('no'));
  open.push(upstream);
  const gateway = await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port }] }) });
  open.push(gateway);
  const client = connect(gateway.port, '127.0.0.1');
  let text = '';
  client.on('data', (chunk: Buffer) => void (text += chunk.toString()));
  client.write(HANDSHAKE);
  await until(() => text.includes('no'));
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(client, 'end');
  expect(text.match(/HTTP\/1\.1 403/g)?.length).toBe(2);
});
