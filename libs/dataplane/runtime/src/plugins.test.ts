import { describe, expect, test } from 'vitest';
import type { Consumer } from '@gibbon/contracts/entities';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { ChainStep } from './snapshot.ts';
import { get, instance, parseResponse, sendRaw, snapshotOf, until } from './testing/gateway.ts';
import { ask, closeAfterEach, later, own, run } from './testing/plugin-gateway.ts';
import { tcpUpstream } from './testing/upstream.ts';

closeAfterEach();

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
    const upstream = own(await tcpUpstream());
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
    const { gateway, upstream } = await run(
      [],
      {},
      { global: [{ rewrite: (exchange) => exchange.exit(200, exchange.route === null ? 'no route' : 'routed') }] },
    );
    expect((await ask(gateway)).body).toBe('no route');
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

  test('in later phases that are async though they may not be: as if they threw, and the thread lives', async () => {
    // A plugin in JavaScript can do what the types of the contract forbid.
    const rejecter = (() => Promise.reject(new Error('broken'))) as unknown as () => never;
    const { gateway } = await run([{ headerFilter: rejecter, bodyFilter: rejecter, log: rejecter }]);
    expect(await ask(gateway)).toMatchObject({ status: 200, body: 'upstream' });
    const failed = (): unknown[] => gateway.log.lines.map(({ fields }) => `${String(fields['phase'])} ${(fields['err'] as Error).message}`);
    await until(() => failed().includes('log broken'));
    expect(new Set(failed())).toEqual(
      new Set([
        'header_filter broken',
        'body_filter broken',
        'body_filter bodyFilter returned no Uint8Array; the piece is sent as it was',
        'log broken',
      ]),
    );
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
