import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  get,
  parseResponse,
  sendRaw,
  snapshotOf,
  startGateway,
  TRANSPORTS,
  until,
  type RouteSpec,
  type TestGateway,
} from './testing/gateway.ts';
import { httpUpstream, tcpUpstream } from './testing/upstream.ts';
import type { ProxySettings } from './settings.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function gatewayTo(
  port: number,
  spec: RouteSpec = {},
  settings: Partial<ProxySettings> = {},
  kind: 'net' | 'direct' = 'net',
): Promise<TestGateway> {
  const gateway = await startGateway({ snapshot: snapshotOf({ routes: [{ ...spec, port }] }), settings, transport: TRANSPORTS[kind]() });
  open.push(gateway);
  return gateway;
}

/** An upstream that sends `text` as soon as a head has arrived. */
async function scripted(text: string, end = false) {
  const upstream = await tcpUpstream((socket, received) => {
    if (!received.includes('\r\n\r\n') || socket.writableEnded) return;
    if (end) socket.end(text, 'latin1');
    else socket.write(text, 'latin1');
  });
  open.push(upstream);
  return upstream;
}

function post(body: string, ...fields: string[]): string {
  return `POST /p HTTP/1.1\r\nHost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}Connection: close\r\n\r\n${body}`;
}

describe('request bodies', () => {
  test.each([
    ['with a length', post('hello', 'Content-Length: 5'), { 'content-length': '5' }, 'hello'],
    ['chunked', post('2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'), { 'transfer-encoding': 'chunked' }, 'hello'],
    ['none', post(''), {}, ''],
    ['of length 0', post('', 'Content-Length: 0'), { 'content-length': '0' }, ''],
    ['large', post('x'.repeat(300_000), 'Content-Length: 300000'), { 'content-length': '300000' }, 'x'.repeat(300_000)],
  ])('%s', async (_name, text, framing, body) => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port);
    expect(parseResponse(await sendRaw(gateway.port, text)).status).toBe(200);
    const [seen] = upstream.seen;
    expect(seen?.body).toBe(body);
    const { 'content-length': length, 'transfer-encoding': coding } = seen?.headers ?? {};
    expect({
      ...(length !== undefined && { 'content-length': length }),
      ...(coding !== undefined && { 'transfer-encoding': coding }),
    }).toEqual(framing);
  });

  test('trailers are passed on', async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port);
    await sendRaw(gateway.port, post('1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n', 'Transfer-Encoding: chunked'));
    expect(upstream.seen[0]?.trailers).toEqual({ 'x-sum': '1' });
  });

  test('Expect: 100-continue is answered here, when the upstream stands', async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port);
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('hello');
    let rest = '';
    socket.on('data', (chunk: Buffer) => void (rest += chunk.toString()));
    await once(socket, 'end');
    expect(parseResponse(rest).status).toBe(200);
    expect(upstream.seen[0]).toMatchObject({ body: 'hello' });
    expect(upstream.seen[0]?.headers['expect']).toBeUndefined();
  });

  test('beyond client_max_body_size are refused, announced or not', async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port, {}, { client_max_body_size: 10 });
    const announced = parseResponse(await sendRaw(gateway.port, post('x'.repeat(11), 'Content-Length: 11')));
    expect(announced).toMatchObject({ status: 413 });
    expect(announced.body).toContain('Payload too large');
    expect(
      parseResponse(await sendRaw(gateway.port, post(`b\r\n${'x'.repeat(11)}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked'))),
    ).toMatchObject({ status: 413 });
    expect(parseResponse(await sendRaw(gateway.port, post('x'.repeat(10), 'Content-Length: 10'))).status).toBe(200);
  });

  test('an answer before the end of the body reaches the client, and the connection ends', async () => {
    const upstream = await scripted('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    const gateway = await gatewayTo(upstream.port);
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart');
    await once(socket, 'end');
    socket.destroy();
    expect(parseResponse(text)).toMatchObject({ status: 403, body: 'no', headers: { connection: 'close' } });
    await until(() => gateway.pipeline.stats.idleUpstreamConnections === 0);
  });
});

describe('response bodies', () => {
  test.each([
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n', false],
    ['ended by the connection', '\r\nhello!', true],
  ])('%s arrive chunked, for HTTP/1.0 ended by the connection', async (_name, rest, end) => {
    const upstream = await scripted(`HTTP/1.1 200 OK\r\n${rest}`, end);
    const gateway = await gatewayTo(upstream.port);
    const modern = parseResponse(await sendRaw(gateway.port, get('/')));
    expect(modern.headers['transfer-encoding']).toBe('chunked');
    expect(modern.body.replace(/[0-9a-f]+\r\n|\r\n/g, '')).toBe('hello!');
    expect(modern.body.endsWith('0\r\n\r\n')).toBe(true);
    const old = parseResponse(await sendRaw(gateway.port, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'));
    expect(old).toMatchObject({ body: 'hello!', headers: { connection: 'close' } });
    expect(old.headers['transfer-encoding']).toBeUndefined();
  });

  test('trailers reach clients that read them, no others', async () => {
    const upstream = await scripted(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n',
    );
    const gateway = await gatewayTo(upstream.port);
    const asked = parseResponse(await sendRaw(gateway.port, get('/', 'TE: trailers')));
    expect(asked.body).toBe('1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(asked.headers['trailer']).toBe('X-Sum');
    const silent = parseResponse(await sendRaw(gateway.port, get('/')));
    expect(silent.body).toBe('1\r\nx\r\n0\r\n\r\n');
    expect(silent.headers['trailer']).toBeUndefined();
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n', 200, '500'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204, undefined],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', 204, undefined],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: "x"\r\n\r\n', 304, '500'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 200, undefined],
  ])('%s answered %j has none, and the connection goes on', async (method, text, status, length) => {
    const upstream = await scripted(text);
    const gateway = await gatewayTo(upstream.port);
    const one = `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`;
    const all = await sendRaw(gateway.port, one + one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    const responses = all.split(/(?=HTTP\/1\.1 )/).map(parseResponse);
    expect(responses.map((response) => [response.status, response.body, response.headers['content-length']])).toEqual([
      [status, '', length],
      [status, '', length],
    ]);
    expect(upstream.connections()).toBe(1);
  });

  test('pipelined requests are answered in order', async () => {
    const upstream = await httpUpstream((response, { url }) => response.end(url));
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port);
    const requests =
      Array.from({ length: 20 }, (_, index) => get(`/${index}`).replace('Connection: close\r\n', '')).join('') + get('/last');
    const all = await sendRaw(gateway.port, requests);
    const bodies = all.split(/(?=HTTP\/1\.1 )/).map((text) => parseResponse(text).body);
    expect(bodies).toEqual([...Array.from({ length: 20 }, (_, index) => `/${index}`), '/last']);
    expect(upstream.connections()).toBe(1);
  });
});

describe.each(['net', 'direct'] as const)('back-pressure over %s', (kind) => {
  test('a client that does not read stops the upstream; nothing piles up here', async () => {
    let sent = 0;
    const total = 64 * 1024 * 1024;
    const upstream = await tcpUpstream((socket, received) => {
      if (!received.includes('\r\n\r\n') || sent > 0) return;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      pour(socket, total, (bytes) => void (sent += bytes));
    });
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port, {}, {}, kind);
    const socket = connect(gateway.port, '127.0.0.1');
    socket.pause();
    socket.write(get('/'));
    const before = process.memoryUsage().arrayBuffers;
    await until(() => sent > 0);
    await settled(() => sent);
    expect(sent).toBeLessThan(total / 2);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    let received = 0;
    socket.on('data', (chunk: Buffer) => void (received += chunk.length));
    socket.resume();
    await once(socket, 'end');
    expect(received).toBeGreaterThan(total);
    expect(sent).toBe(total);
  }, 30_000);

  test('an upstream that does not read stops the client; nothing piles up here', async () => {
    const total = 64 * 1024 * 1024;
    const upstream = await tcpUpstream();
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port, {}, {}, kind);
    const socket = connect(gateway.port, '127.0.0.1');
    let sent = 0;
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\nConnection: close\r\n\r\n`);
    await until(() => upstream.sockets.length === 1);
    const [peer] = upstream.sockets as [Socket];
    peer.removeAllListeners('data');
    peer.pause();
    const before = process.memoryUsage().arrayBuffers;
    pour(socket, total, (bytes) => void (sent += bytes));
    await until(() => sent > 0);
    await settled(() => sent);
    expect(sent).toBeLessThan(total / 2);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    let received = 0;
    peer.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > total) peer.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    peer.resume();
    let text = '';
    socket.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    await once(socket, 'end');
    expect(parseResponse(text)).toMatchObject({ status: 200, body: 'ok' });
  }, 30_000);

  test('random bodies come through whole in both directions', async () => {
    const upstream = await httpUpstream((response, { body }) => {
      response.writeHead(200, body.length % 2 === 0 ? { 'Content-Length': body.length } : {});
      response.end(body, 'latin1');
    });
    open.push(upstream);
    const gateway = await gatewayTo(upstream.port, {}, {}, kind);
    for (const length of [0, 1, 5, 1000, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 200_001]) {
      const body = Buffer.alloc(length, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
      for (const chunked of [false, true]) expect(Buffer.compare(await echo(gateway.port, body, chunked), body)).toBe(0);
    }
  });
});

/** Sends a body through the gateway and returns what comes back. */
async function echo(port: number, body: Buffer, chunked: boolean): Promise<Buffer> {
  const request = sendRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    headers: chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.length },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Writes `total` bytes as fast as they are taken. */
function pour(socket: Socket, total: number, onSent: (bytes: number) => void): void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let left = total;
  const next = (): void => {
    if (left === 0 || socket.destroyed) return;
    const bytes = left < piece.length ? left : piece.length;
    left -= bytes;
    socket.write(bytes === piece.length ? piece : piece.subarray(0, bytes), () => {
      onSent(bytes);
      next();
    });
  };
  next();
}

/** Waits until a counter stands still for many turns of the loop. */
async function settled(count: () => number): Promise<void> {
  for (let still = 0, last = -1; still < 300; still++) {
    if (count() !== last) still = 0;
    last = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
