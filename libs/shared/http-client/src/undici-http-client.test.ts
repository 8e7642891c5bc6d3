import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestAuthority, type FakeUpstream, startFakeUpstream, watchHandles } from '@gibbon/testing-fixtures';
import type { Clock } from '@gibbon/contracts/services';
import { FakeClock, systemClock } from '@gibbon/time';
import { createHttpClient, type OwnedHttpClient } from './undici-http-client.ts';

const opened: { close(): unknown }[] = [];
const clients: OwnedHttpClient[] = [];
let handles = watchHandles();

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await handles.settled();
  handles = watchHandles();
});

function client(clock: Clock = systemClock): OwnedHttpClient {
  const made = createHttpClient(clock);
  clients.push(made);
  return made;
}

async function upstream(options: Parameters<typeof startFakeUpstream>[0] = {}): Promise<FakeUpstream> {
  const started = await startFakeUpstream(options);
  opened.push(started);
  return started;
}

/** A TCP server that writes the same bytes to everybody. */
async function rawServer(bytes: string): Promise<string> {
  const server: Server = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end(bytes),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

describe('requests', () => {
  it('sends what it is told and gives status, fields and body', async () => {
    const server = await upstream({ respond: () => ({ kind: 'answer', status: 418, headers: ['X-A', '1', 'x-a', '2'], body: 'short' }) });
    const response = await client().request({
      url: `${server.url}/a?b=c`,
      method: 'PUT',
      headers: ['X-One', '1', 'Host', 'a.test'],
      body: 'hello',
      timeoutMs: 2000,
    });
    expect(response.status).toBe(418);
    expect(Buffer.from(response.body).toString()).toBe('short');
    expect(response.headers.slice(0, 4)).toEqual(['X-A', '1', 'x-a', '2']);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'PUT', url: '/a?b=c' });
    expect(request?.body.toString()).toBe('hello');
    expect(request?.headers).toEqual(expect.arrayContaining(['X-One', 'a.test']));
  });

  it('follows no redirect', async () => {
    const server = await upstream({ respond: () => ({ kind: 'answer', status: 302, headers: ['Location', '/other'] }) });
    expect((await client().request({ url: server.url, timeoutMs: 2000 })).status).toBe(302);
    expect(server.requests.length).toBe(1);
  });

  it('keeps as much of the body as asked for', async () => {
    const server = await upstream({ respond: () => ({ kind: 'chunks', chunks: ['abc', 'def', 'ghi'] }) });
    const { body } = await client().request({ url: server.url, timeoutMs: 2000, maxBodyBytes: 5 });
    expect(Buffer.from(body).toString()).toBe('abcde');
  });

  it('opens a connection each, or keeps one when asked to', async () => {
    const server = await upstream();
    const http = client();
    for (let n = 0; n < 2; n++) await http.request({ url: server.url, timeoutMs: 2000 });
    expect(server.requests.map(({ connection }) => connection)).toEqual([0, 1]);
    for (let n = 0; n < 2; n++) {
      await http.request({ url: server.url, timeoutMs: 2000, keepAlive: true });
      // undici takes a connection back after it has reported the end of the answer.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.requests.map(({ connection }) => connection)).toEqual([0, 1, 2, 2]);
  });
});

it('keeps connections for so many kinds of TLS and no more, and ends none that is in use', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = await upstream({
    respond: async ({ url }) => {
      if (url === '/held') await promise;
      return { kind: 'answer', status: 204, headers: [], body: '' };
    },
  });
  const http = client();
  const get = (path: string, servername: string) =>
    http.request({ url: `${server.url}${path}`, timeoutMs: 5000, keepAlive: true, servername });
  const held = get('/held', 'first.test');
  await expect.poll(() => server.requests.length).toBe(1);
  for (let n = 0; n < 256; n++) await get('/', `n${n}.test`);
  resolve();
  expect((await held).status).toBe(204);
  const before = server.requests.length;
  await get('/', 'n255.test');
  await get('/', 'first.test');
  const [kept, anew] = server.requests.slice(before).map(({ connection }) => connection);
  expect([kept, anew]).toEqual([256, 257]);
});

describe('TLS', () => {
  it('verifies unless told not to, and sends the server name it is given', async () => {
    const authority = await createTestAuthority();
    const tls = await authority.issue({ names: ['inner.test'] });
    const server = await upstream({ tls });
    const http = client();
    await expect(http.request({ url: server.url, timeoutMs: 2000, servername: 'inner.test' })).rejects.toMatchObject({
      code: 'GW_HTTP_CONNECT',
    });
    const response = await http.request({ url: server.url, timeoutMs: 2000, servername: 'inner.test', verify: false });
    expect(response.status).toBe(200);
  });
});

describe('certificates of a request', () => {
  it('are trusted in that request alone, and shown to the server', async () => {
    const authority = await createTestAuthority();
    const [server, own] = await Promise.all([authority.issue({ names: ['inner.test'] }), authority.issue({ names: ['client.test'] })]);
    const ca = authority.cert;
    const seen: unknown[] = [];
    const listener = createTlsServer({ cert: server.cert, key: server.key, ca, requestCert: true, rejectUnauthorized: false }, (socket) => {
      seen.push(socket.getPeerCertificate().subject?.CN ?? null);
      socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    });
    listener.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    opened.push(listener);
    const request = {
      url: `https://127.0.0.1:${(listener.address() as { port: number }).port}/`,
      timeoutMs: 2000,
      servername: 'inner.test',
      keepAlive: true,
    };
    const http = client();
    expect((await http.request({ ...request, tls: { ca } })).status).toBe(204);
    expect((await http.request({ ...request, tls: { ca, cert: own.cert, key: own.key } })).status).toBe(204);
    await expect(http.request(request)).rejects.toMatchObject({ code: 'GW_HTTP_CONNECT' });
    expect(seen.slice(0, 2)).toEqual([null, 'client.test']);
  });
});

describe('failures', () => {
  it('names a refused connection, with its cause', async () => {
    const server = await upstream();
    await server.close();
    await expect(client().request({ url: server.url, timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'GW_HTTP_CONNECT',
      source: 'upstream',
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
      message: expect.stringContaining(server.url),
    });
  });

  it.each(['HTTP/1.1 abc\r\n\r\n', 'SSH-2.0-x\r\n', ''])('names an answer that is none: %j', async (bytes) => {
    await expect(client().request({ url: await rawServer(bytes), timeoutMs: 2000 })).rejects.toMatchObject({ code: 'GW_HTTP_PROTOCOL' });
  });

  it('names an answer that breaks off', async () => {
    const server = await upstream({ respond: () => ({ kind: 'cut', body: 'ab', promisedBytes: 10 }) });
    await expect(client().request({ url: server.url, timeoutMs: 2000 })).rejects.toMatchObject({ code: 'GW_HTTP_PROTOCOL' });
  });

  it('gives up when the time is over, and closes the connection', async () => {
    const clock = new FakeClock();
    const server = await upstream({ respond: () => ({ kind: 'silence' }) });
    const pending = client(clock).request({ url: server.url, timeoutMs: 500 });
    const failure = expect(pending).rejects.toMatchObject({
      code: 'GW_HTTP_TIMEOUT',
      message: expect.stringContaining('no answer within 500 ms'),
    });
    await server.received(1);
    clock.advance(499);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await failure;
    expect(clock.pending).toBe(0);
  });

  it('refuses what is no http URL', async () => {
    await expect(client().request({ url: 'ftp://a.test/', timeoutMs: 1 })).rejects.toMatchObject({ code: 'GW_HTTP_PROTOCOL' });
    await expect(client().request({ url: '/path', timeoutMs: 1 })).rejects.toMatchObject({ code: 'GW_HTTP_PROTOCOL' });
  });

  it('ends with its signal', async () => {
    const server = await upstream({ respond: () => ({ kind: 'silence' }) });
    const controller = new AbortController();
    const pending = client().request({ url: server.url, timeoutMs: 2000, signal: controller.signal });
    const failure = expect(pending).rejects.toMatchObject({ code: 'GW_HTTP_ABORTED' });
    await server.received(1);
    controller.abort();
    await failure;
  });
});

describe('dispose', () => {
  it('ends requests under way, kept connections and later requests', async () => {
    const server = await upstream();
    const http = client();
    await http.request({ url: server.url, timeoutMs: 2000, keepAlive: true });
    server.respond(() => ({ kind: 'silence' }));
    const pending = [true, false].map((keepAlive) => http.request({ url: server.url, timeoutMs: 2000, keepAlive }));
    const failures = Promise.all(pending.map((each) => expect(each).rejects.toMatchObject({ code: 'GW_HTTP_ABORTED' })));
    await server.received(3);
    await http.dispose();
    await failures;
    await expect(http.request({ url: server.url, timeoutMs: 2000 })).rejects.toMatchObject({ code: 'GW_HTTP_ABORTED' });
  });
});
