import { afterEach, describe, expect, test } from 'vitest';
import type { Consumer } from '@gibbon/contracts/entities';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { ChainStep } from './snapshot.ts';
import {
  get,
  instance,
  parseResponse,
  sendRaw,
  snapshotOf,
  startGateway,
  TestUpstream,
  until,
  type RouteSpec,
  type SnapshotSpec,
  type TestGateway,
} from './testing/gateway.ts';
import { httpUpstream, tcpUpstream, type HttpUpstream } from './testing/upstream.ts';
import type { ProxySettings } from './settings.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function run(
  plugins: readonly PluginHandler[],
  route: RouteSpec = {},
  spec: Partial<SnapshotSpec> = {},
  settings: Partial<ProxySettings> = {},
): Promise<{ readonly gateway: TestGateway; readonly upstream: HttpUpstream }> {
  const upstream = await httpUpstream((response) => {
    response.writeHead(200, { 'Content-Length': '8', 'X-Upstream': 'u' });
    response.end('upstream');
  });
  open.push(upstream);
  const gateway = await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port, plugins, ...route }], ...spec }), settings });
  open.push(gateway);
  return { gateway, upstream };
}

async function ask(gateway: TestGateway, request = get('/a?b=c')) {
  return parseResponse(await sendRaw(gateway.port, request));
}

const later = (work: () => void): Promise<void> => new Promise<void>((resolve) => setImmediate(resolve)).then(work);

describe('phases', () => {
  test('run in order, and see what is known by then', async () => {
    const seen: string[] = [];
    const note = (phase: string) => (exchange: Exchange) =>
      void seen.push(
        `${phase} ${exchange.route?.name ?? '-'} ${exchange.responseStatus} ${exchange.upstreamStatus} ${exchange.responseSource}`,
      );
    const handler: PluginHandler = {
      rewrite: note('rewrite'),
      access: note('access'),
      headerFilter: note('header'),
      log: note('log'),
      bodyFilter: (exchange, chunk, last) => {
        note(`body(${chunk.length}${last ? ',last' : ''})`)(exchange);
        return chunk;
      },
    };
    const { gateway } = await run([], {}, { global: [handler] });
    expect((await ask(gateway)).body).toBe('upstream');
    expect(seen).toEqual([
      'rewrite - 0 0 error',
      'access test-route 0 0 error',
      'header test-route 200 200 service',
      'body(8) test-route 200 200 service',
      'body(0,last) test-route 200 200 service',
      'log test-route 200 200 service',
    ]);
  });

  test('without a route: those of global plugins', async () => {
    const seen: string[] = [];
    const handler: PluginHandler = {
      access: () => void seen.push('access'),
      headerFilter: () => void seen.push('header'),
      log: () => void seen.push('log'),
    };
    const { gateway } = await run([], { prefix: '/elsewhere' }, { global: [handler] });
    const response = await ask(gateway);
    expect(response.status).toBe(404);
    expect(response.body).toBe(
      `{\n  "message":"no Route matched with those values",\n  "request_id":"${response.headers['x-kong-request-id']}"\n}`,
    );
    expect(response.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-kong-response-latency': '0',
      server: 'gibbon/0.1.0',
    });
    expect(response.headers['via']).toBeUndefined();
    expect(seen).toEqual(['header', 'log']);
  });

  test('wait for promises, one after the other', async () => {
    const seen: number[] = [];
    const slow = (id: number): PluginHandler => ({ access: () => later(() => void seen.push(id)) });
    const { gateway } = await run(
      [slow(1), { access: () => void seen.push(2) }, slow(3)],
      {},
      { global: [{ rewrite: () => later(() => void seen.push(0)) }] },
    );
    expect((await ask(gateway)).status).toBe(200);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  test('the log phase knows latencies, attempts, sizes and addresses', async () => {
    let logged: Record<string, unknown> = {};
    const { gateway, upstream } = await run([
      {
        log: (exchange) => {
          logged = {
            latencies: exchange.latencies,
            attempts: exchange.attempts,
            bytesIn: exchange.bytesIn,
            bytesOut: exchange.bytesOut,
            id: exchange.id,
            startedAt: exchange.startedAt,
            method: exchange.method,
            scheme: exchange.scheme,
            host: exchange.host,
            port: exchange.port,
            rawPath: exchange.rawPath,
            path: exchange.path,
            rawQuery: exchange.rawQuery,
            version: exchange.httpVersion,
            sni: exchange.sni,
            client: exchange.clientAddress,
            forwarded: exchange.forwardedAddress,
            upstreamHost: exchange.upstreamHost,
            upstreamPath: exchange.upstreamPath,
            serial: exchange.connectionSerial,
            requests: exchange.connectionRequests,
            service: exchange.service?.name,
          };
        },
      },
    ]);
    gateway.clock.advance(1234);
    const request = get('//a%41?b=c');
    const text = await sendRaw(gateway.port, request);
    expect(logged).toEqual({
      latencies: { request: 0, kong: 0, proxy: 0 },
      attempts: [{ host: '127.0.0.1', port: upstream.port, startedAt: gateway.clock.now(), status: 200, failure: 'none' }],
      bytesIn: request.length,
      bytesOut: text.length,
      id: parseResponse(text).headers['x-kong-request-id'],
      startedAt: gateway.clock.now(),
      method: 'GET',
      scheme: 'http',
      host: 'client.example',
      port: gateway.port,
      rawPath: '//a%41',
      path: '/aA',
      rawQuery: 'b=c',
      version: 1.1,
      sni: null,
      client: '127.0.0.1',
      forwarded: '127.0.0.1',
      upstreamHost: `127.0.0.1:${upstream.port}`,
      upstreamPath: '/aA',
      serial: 1,
      requests: 1,
      service: 'test-service',
    });
  });

  test('latencies are those of the clock', async () => {
    const upstream = await tcpUpstream();
    open.push(upstream);
    let latencies: unknown = null;
    const { gateway } = await run(
      [{ access: () => later(() => gateway.clock.advance(40)), log: (exchange) => void (latencies = exchange.latencies) }],
      { port: upstream.port },
    );
    const answer = ask(gateway);
    await until(() => (upstream.received[0] ?? '') !== '');
    gateway.clock.advance(250);
    upstream.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect((await answer).headers).toMatchObject({ 'x-kong-proxy-latency': '40', 'x-kong-upstream-latency': '250' });
    expect(latencies).toEqual({ request: 290, kong: 40, proxy: 250 });
  });
});

describe('exit', () => {
  test.each<[string, (exchange: Exchange) => void, number, string, string | undefined]>([
    ['an object', (x) => x.exit(418, { a: 1 }), 418, '{"a":1}', 'application/json; charset=utf-8'],
    ['a string', (x) => x.exit(200, 'plain'), 200, 'plain', undefined],
    ['a string with its type', (x) => x.exit(200, '<p>', ['Content-Type', 'text/html']), 200, '<p>', 'text/html'],
    ['bytes', (x) => x.exit(200, Buffer.from([0xff, 0x00])), 200, '\xff\x00', undefined],
    ['text beyond Latin-1', (x) => x.exit(200, '\u4e2d'), 200, '\xe4\xb8\xad', undefined],
    ['nothing', (x) => x.exit(403), 403, '', undefined],
    ['an error', (x) => x.error(429), 429, 'Too many requests', 'text/html; charset=utf-8'],
    [
      'an error with its message',
      (x) => x.error(401, 'No API key found in request'),
      401,
      '<p>No API key found in request.</p>',
      'text/html; charset=utf-8',
    ],
  ])('with %s', async (_name, exit, status, body, type) => {
    let source = '';
    const { gateway, upstream } = await run([{ access: exit, log: (exchange) => void (source = exchange.responseSource) }]);
    const response = await ask(gateway, get('/', 'Accept: text/html'));
    expect(response.status).toBe(status);
    expect(response.body).toContain(body);
    expect(response.headers['content-type']).toBe(type);
    expect(response.headers['content-length']).toBe(String(response.body.length));
    expect(upstream.seen).toEqual([]);
    expect(source).toBe('exit');
  });

  test('skips later access handlers, not the other phases', async () => {
    const seen: string[] = [];
    const { gateway } = await run([
      { access: (exchange) => later(() => exchange.exit(200, 'first')) },
      {
        access: (exchange) => (seen.push('access'), exchange.exit(200, 'second')),
        headerFilter: () => void seen.push('header'),
        log: () => void seen.push('log'),
      },
    ]);
    expect((await ask(gateway)).body).toBe('first');
    expect(seen).toEqual(['header', 'log']);
  });

  test('in rewrite answers before routing', async () => {
    const { gateway, upstream } = await run([], {}, { global: [{ rewrite: (exchange) => exchange.exit(200, String(exchange.route)) }] });
    expect((await ask(gateway)).body).toBe('null');
    expect(upstream.seen).toEqual([]);
  });

  test('keeps the connection, and drops what is left of a body', async () => {
    const { gateway } = await run([{ access: (exchange) => exchange.exit(200, exchange.rawPath) }]);
    const post = `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`;
    const all = await sendRaw(gateway.port, post + get('/2'));
    expect(all.split(/(?=HTTP\/1\.1 )/).map((text) => parseResponse(text).body)).toEqual(['/1', '/2']);
  });
});

describe('plugins that throw', () => {
  test.each<[string, PluginHandler]>([
    [
      'at once',
      {
        access: () => {
          throw new Error('broken');
        },
      },
    ],
    [
      'later',
      {
        access: () =>
          later(() => {
            throw new Error('broken');
          }),
      },
    ],
  ])('in access, %s: 500, the rest runs', async (_name, handler) => {
    const seen: string[] = [];
    const { gateway, upstream } = await run([
      handler,
      {
        access: () => void seen.push('access'),
        headerFilter: () => void seen.push('header'),
        log: (exchange) => void seen.push(exchange.responseSource),
      },
    ]);
    const response = await ask(gateway);
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'An unexpected error occurred' });
    expect(seen).toEqual(['header', 'error']);
    expect(upstream.seen).toEqual([]);
    expect(gateway.log.lines).toMatchObject([{ level: 'error', message: 'a plugin failed', fields: { plugin: 'test', phase: 'access' } }]);
  });

  test.each<[string, (exchange: Exchange) => void]>([
    ['a field that would split the response', (x) => x.exit(200, 'x', ['X-A', 'a\r\nX-B: b'])],
    ['a status that is none', (x) => x.exit(99)],
    ['a body that is no JSON', (x) => x.exit(200, { a: 1n })],
    ['a method that would split the request', (x) => void (x.upstreamMethod = 'GET / HTTP/1.1\r\nX: ')],
    ['a host that would', (x) => void (x.upstreamHost = 'a\r\nX: y')],
  ])('because they said %s: 500, nothing of it is sent', async (_name, access) => {
    const { gateway, upstream } = await run([{ access }]);
    expect((await ask(gateway)).status).toBe(500);
    expect(upstream.seen).toEqual([]);
  });

  test('a query or path that would split the request is encoded', async () => {
    const { gateway, upstream } = await run([
      {
        access: (exchange) => {
          exchange.upstreamQuery = 'a b\r\nX: y';
          exchange.upstreamPath = '/p\r\nX: y';
        },
      },
    ]);
    expect((await ask(gateway)).status).toBe(200);
    expect(upstream.seen[0]?.url).toBe('/p%0D%0AX:%20y?a%20b%0D%0AX:%20y');
  });

  test('in later phases: the response goes on, the log says so', async () => {
    const thrower = (): never => {
      throw new Error('broken');
    };
    const { gateway } = await run([
      { headerFilter: thrower, bodyFilter: thrower, log: thrower },
      { headerFilter: (exchange) => exchange.responseHeaders.set('X-After', '1') },
    ]);
    const response = await ask(gateway);
    expect(response).toMatchObject({ status: 200, body: 'upstream' });
    expect(response.headers['x-after']).toBe('1');
    expect(new Set(gateway.log.lines.map(({ fields }) => fields['phase']))).toEqual(new Set(['header_filter', 'body_filter', 'log']));
  });
});

test('a fault of the gateway itself costs one request, and the log names it', async () => {
  const { gateway } = await run([]);
  const good = snapshotOf({ routes: [] });
  gateway.pipeline.use({
    ...good,
    router: {
      ...good.router,
      match: () => {
        throw new Error('broken router');
      },
    },
  });
  expect((await ask(gateway)).status).toBe(500);
  gateway.pipeline.use(good);
  expect((await ask(gateway)).status).toBe(404);
  expect(gateway.log.lines).toMatchObject([{ level: 'error', message: 'the pipeline failed' }]);
});

describe('consumers', () => {
  const consumer = { id: 'c1', username: 'jo' } as Consumer;
  const says = (text: string): PluginHandler => ({
    access: (exchange) => exchange.requestHeaders.set('X-Plan', text),
    headerFilter: (exchange) => exchange.responseHeaders.set('X-Filter', text),
    log: () => undefined,
  });
  const authenticating: ChainStep = {
    fallback: instance({
      access: (exchange) => {
        if (exchange.requestHeaders.has('x-key')) exchange.authenticate(consumer, { id: 'k' });
      },
    }),
    byConsumer: null,
  };
  const plans: ChainStep = { fallback: instance(says('general')), byConsumer: new Map([['c1', instance(says('for jo'))]]) };

  test.each([
    [['X-Key: 1'], 'for jo'],
    [[], 'general'],
  ])('%j: %s', async (fields, plan) => {
    const { gateway, upstream } = await run([], { steps: [authenticating, plans] });
    const response = await ask(gateway, get('/', ...fields));
    expect(upstream.seen[0]?.headers['x-plan']).toBe(plan);
    expect(response.headers['x-filter']).toBe(plan);
  });

  test('steps after an exit are chosen, not run', async () => {
    const exiting: ChainStep = { fallback: instance({ access: (exchange) => later(() => exchange.exit(200, 'out')) }), byConsumer: null };
    const { gateway, upstream } = await run([], { steps: [authenticating, exiting, plans] });
    const response = await ask(gateway, get('/', 'X-Key: 1'));
    expect(response).toMatchObject({ body: 'out', headers: { 'x-filter': 'for jo' } });
    expect(upstream.seen).toEqual([]);
  });

  test('a step without any configuration for the consumer is none', async () => {
    const { gateway } = await run([], { steps: [{ fallback: null, byConsumer: new Map([['c1', instance(says('x'))]]) }] });
    expect((await ask(gateway)).headers['x-filter']).toBeUndefined();
  });
});

describe('changes to the request', () => {
  test('fields, method, path, query, host', async () => {
    const { gateway, upstream } = await run([
      {
        access: (exchange) => {
          exchange.requestHeaders.set('X-Set', 'set');
          exchange.requestHeaders.add('Accept', 'second');
          exchange.requestHeaders.remove('x-remove');
          exchange.upstreamMethod = 'PUT';
          exchange.upstreamPath = '/other path';
          exchange.upstreamQuery = 'q=1';
          exchange.upstreamHost = 'chosen.example';
        },
      },
    ]);
    await ask(gateway, get('/', 'Accept: first', 'X-Remove: 1'));
    expect(upstream.seen[0]).toMatchObject({
      method: 'PUT',
      url: '/other%20path?q=1',
      headers: { 'x-set': 'set', accept: 'first, second', host: 'chosen.example' },
    });
    expect(upstream.seen[0]?.headers['x-remove']).toBeUndefined();
  });

  test('another target: an upstream by name, or an address', async () => {
    const other = await httpUpstream((response) => response.end('other'));
    open.push(other);
    const balanced = new TestUpstream([other.port]);
    const { gateway } = await run(
      [
        {
          access: (exchange) =>
            exchange.rawPath === '/named' ? exchange.setTarget('pool', 1) : exchange.setTarget('127.0.0.1', other.port),
        },
      ],
      {},
      { upstreams: { pool: balanced } },
    );
    expect((await ask(gateway, get('/named'))).body).toContain('other');
    expect((await ask(gateway, get('/direct'))).body).toContain('other');
    expect(balanced.reports.length).toBe(1);
  });

  test.each([
    ['a string', 'n\u00e9w', 'n\xc3\xa9w'],
    ['bytes', Buffer.from('bytes'), 'bytes'],
  ])('another body: %s', async (_name, body, expected) => {
    const { gateway, upstream } = await run([{ access: (exchange) => exchange.setRequestBody(body) }]);
    for (const request of [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nold\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]) {
      expect((await ask(gateway, request)).status).toBe(200);
      expect(upstream.seen.at(-1)).toMatchObject({ body: expected, headers: { 'content-length': String(expected.length) } });
      expect(upstream.seen.at(-1)?.headers['transfer-encoding']).toBeUndefined();
    }
  });
});

describe('reading the body', () => {
  const sizes: number[] = [];
  const reader = (limit: number): PluginHandler => ({
    access: async (exchange) => {
      const body = await exchange.readBody(limit);
      exchange.requestHeaders.set('X-Read', body === null ? 'too large' : Buffer.from(body).toString('latin1').slice(0, 10));
      sizes.push(body?.length ?? -1);
    },
  });
  const chunked = (body: string): string =>
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const sized = (body: string): string =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

  test.each([
    ['small', sized('hello'), 'hello', 'hello'],
    ['none', get('/'), '', ''],
    ['chunked', chunked('hello'), 'hello', 'hello'],
    ['large', sized('y'.repeat(300_000)), 'y'.repeat(10), 'y'.repeat(300_000)],
    ['large and chunked', chunked('z'.repeat(300_000)), 'z'.repeat(10), 'z'.repeat(300_000)],
  ])('%s: the plugin has it, the upstream gets it', async (_name, request, read, body) => {
    const { gateway, upstream } = await run([reader(400_000)]);
    expect((await ask(gateway, request)).status).toBe(200);
    expect(upstream.seen[0]?.headers['x-read'] ?? '').toBe(read);
    expect(upstream.seen[0]?.body).toBe(body);
  });

  test.each([
    ['announced', sized('y'.repeat(300_000)), 'y'],
    ['not announced', chunked('z'.repeat(300_000)), 'z'],
  ])('larger than the limit, %s: nothing for the plugin, all for the upstream', async (_name, request, character) => {
    const { gateway, upstream } = await run([reader(1000)]);
    expect((await ask(gateway, request)).status).toBe(200);
    expect(upstream.seen[0]?.headers['x-read']).toBe('too large');
    expect(upstream.seen[0]?.body).toBe(character.repeat(300_000));
  });

  test('may happen twice', async () => {
    const { gateway, upstream } = await run([reader(100), reader(100)]);
    await ask(gateway, chunked('twice'));
    expect(upstream.seen[0]).toMatchObject({ body: 'twice', headers: { 'x-read': 'twice' } });
  });
});

describe('changes to the response', () => {
  test('fields and status; what was added early comes too', async () => {
    const { gateway } = await run([
      {
        access: (exchange) => exchange.responseHeaders.add('X-Early', 'e'),
        headerFilter: (exchange) => {
          exchange.responseHeaders.set('X-Upstream', 'changed');
          exchange.responseHeaders.remove('date');
          exchange.responseStatus = 202;
        },
      },
    ]);
    const text = await sendRaw(gateway.port, get('/'));
    expect(text.startsWith('HTTP/1.1 202 Accepted\r\n')).toBe(true);
    expect(parseResponse(text)).toMatchObject({
      body: 'upstream',
      headers: { 'x-early': 'e', 'x-upstream': 'changed', 'content-length': '8' },
    });
    expect(parseResponse(text).headers['date']).toBeUndefined();
  });

  test('the body, whole: the length follows', async () => {
    const { gateway } = await run([
      { bodyFilter: (_exchange, chunk, last) => (last ? Buffer.from('!') : Buffer.from(Buffer.from(chunk).toString().toUpperCase())) },
    ]);
    expect(await ask(gateway)).toMatchObject({ body: 'UPSTREAM!', headers: { 'content-length': '9' } });
  });

  test('the body, streamed: it becomes chunked', async () => {
    const upstream = await httpUpstream((response) => response.end('x'.repeat(100_000)));
    open.push(upstream);
    const { gateway } = await run([{ bodyFilter: (_exchange, chunk, last) => (last ? Buffer.from('END') : chunk) }], {
      port: upstream.port,
    });
    const response = await ask(gateway);
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect(response.headers['content-length']).toBeUndefined();
    const body = response.body.replace(/[0-9a-f]+\r\n|\r\n/g, '');
    expect(body.length).toBe(100_004 - 1);
    expect(response.body).toContain('3\r\nEND\r\n0\r\n\r\n');
  });

  test("the body of the gateway's own answers", async () => {
    const { gateway } = await run([
      {
        access: (exchange) => exchange.exit(200, 'mine'),
        bodyFilter: (_exchange, chunk, last) => (last ? chunk : Buffer.from(`<${Buffer.from(chunk).toString()}>`)),
      },
    ]);
    expect(await ask(gateway)).toMatchObject({ body: '<mine>', headers: { 'content-length': '6' } });
  });
});

describe('routes', () => {
  test('for HTTPS alone: 426 with what to do', async () => {
    const { gateway, upstream } = await run([], { route: { protocols: ['https'] } });
    const response = await ask(gateway);
    expect(response.status).toBe(426);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'Please use HTTPS protocol' });
    expect(response.headers).toMatchObject({ upgrade: 'TLS/1.2, HTTP/1.1', connection: 'Upgrade, close' });
    expect(upstream.seen).toEqual([]);
  });

  test.each([301, 302, 307, 308] as const)('for HTTPS alone: %i', async (status) => {
    const { gateway } = await run([], { route: { protocols: ['https'], https_redirect_status_code: status } });
    expect(await ask(gateway)).toMatchObject({
      status,
      body: '',
      headers: { location: 'https://client.example/a?b=c', 'content-length': '0' },
    });
  });

  test('for HTTPS alone, behind a trusted proxy that did TLS: served', async () => {
    const { gateway } = await run([], { route: { protocols: ['https'] } }, {}, { trusted_ips: ['127.0.0.1'] });
    expect((await ask(gateway, get('/', 'X-Forwarded-Proto: https'))).status).toBe(200);
    expect((await ask(gateway)).status).toBe(426);
  });

  test.each([
    ['text/html', 415, 'Non-gRPC request matched gRPC route'],
    ['application/grpc+proto', 426, 'Please use HTTP2 protocol'],
  ])('for gRPC, asked over HTTP/1 with %s', async (type, status, message) => {
    const { gateway } = await run([], { route: { protocols: ['grpc'] } });
    const response = await ask(gateway, get('/', `Content-Type: ${type}`));
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toMatchObject({ message });
  });

  test('without a service: 503, unless a plugin answers', async () => {
    const plugin: PluginHandler = {
      access: (exchange) => {
        if (exchange.rawPath === '/answer') exchange.exit(200, 'answered');
      },
    };
    const { gateway } = await run([plugin], { service: null });
    expect((await ask(gateway, get('/answer'))).body).toBe('answered');
    const response = await ask(gateway);
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'no Service found with those values' });
  });

  test('name their entities to who may ask', async () => {
    const { gateway } = await run([], {}, {}, { allow_debug_header: true });
    expect((await ask(gateway, get('/', 'Kong-Debug: 1'))).headers).toMatchObject({
      'kong-route-id': 'route',
      'kong-route-name': 'test-route',
      'kong-service-id': 'service',
      'kong-service-name': 'test-service',
    });
    expect((await ask(gateway)).headers['kong-route-id']).toBeUndefined();
  });

  test('with captures', async () => {
    const { gateway } = await run([{ access: (exchange) => exchange.exit(200, exchange.uriCaptures as Record<string, string>) }], {
      captures: { 0: '/a', 1: 'a', name: 'a' },
    });
    expect(JSON.parse((await ask(gateway)).body)).toEqual({ 0: '/a', 1: 'a', name: 'a' });
  });
});

describe('names', () => {
  test('are resolved, also later; failure is 503', async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const resolve = async (host: string): Promise<string> => {
      if (host === 'gone.example') throw new Error('NXDOMAIN');
      return '127.0.0.1';
    };
    const gateway = await startGateway({
      snapshot: snapshotOf({
        routes: [
          { prefix: '/gone', port: upstream.port, service: { host: 'gone.example' } },
          { port: upstream.port, service: { host: 'here.example', port: upstream.port } },
        ],
        resolve,
      }),
    });
    open.push(gateway);
    expect((await ask(gateway)).status).toBe(200);
    expect(upstream.seen[0]?.headers['host']).toBe(`here.example:${upstream.port}`);
    const response = await ask(gateway, get('/gone'));
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'name resolution failed' });
  });
});
