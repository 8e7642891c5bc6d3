import { afterEach, describe, expect, test } from 'vitest';
import {
  get,
  parseResponse,
  sendRaw,
  snapshotOf,
  startGateway,
  TestUpstream,
  type RouteSpec,
  type TestGateway,
} from './testing/gateway.ts';
import { httpUpstream, type HttpUpstream } from './testing/upstream.ts';
import type { ProxySettings } from './settings.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function start(
  spec: Omit<RouteSpec, 'port'> = {},
  settings: Partial<ProxySettings> = {},
): Promise<{ readonly gateway: TestGateway; readonly upstream: HttpUpstream }> {
  const upstream = await httpUpstream();
  open.push(upstream);
  const gateway = await startGateway({ snapshot: snapshotOf({ routes: [{ ...spec, port: upstream.port }] }), settings });
  open.push(gateway);
  return { gateway, upstream };
}

/** What the upstream saw of a request. */
async function forwarded(request: string, spec: Omit<RouteSpec, 'port'> = {}, settings: Partial<ProxySettings> = {}) {
  const { gateway, upstream } = await start(spec, settings);
  const response = parseResponse(await sendRaw(gateway.port, request));
  expect(response.status).toBe(200);
  const [seen] = upstream.seen;
  if (seen === undefined) throw new Error('the upstream saw nothing');
  return { ...seen, gatewayPort: gateway.port, upstreamPort: upstream.port };
}

describe('request fields', () => {
  test('of an untrusted client: its own are kept, ours are exact', async () => {
    const seen = await forwarded(
      get(
        '/a/b?c=d',
        'X-Custom: one',
        'x-custom: two',
        'Accept: */*',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: evil',
        'X-Real-IP: 6.6.6.6',
      ),
    );
    expect(seen.method).toBe('GET');
    expect(seen.url).toBe('/a/b?c=d');
    const { 'x-kong-request-id': id, ...headers } = seen.headers;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(headers).toEqual({
      host: `127.0.0.1:${seen.upstreamPort}`,
      'x-custom': 'one, two',
      accept: '*/*',
      connection: 'keep-alive',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'client.example',
      'x-forwarded-port': String(seen.gatewayPort),
      'x-forwarded-path': '/a/b',
      'x-real-ip': '127.0.0.1',
      via: '1.1 gibbon/0.1.0',
    });
    expect(seen.rawHeaders).toContain('X-Custom');
    expect(seen.rawHeaders).toContain('x-custom');
  });

  test('X-Forwarded-For and Via are continued', async () => {
    const { headers } = await forwarded(get('/', 'X-Forwarded-For: 1.1.1.1', 'X-Forwarded-For: 2.2.2.2', 'Via: 1.0 first, 1.1 second'));
    expect(headers['x-forwarded-for']).toBe('1.1.1.1, 2.2.2.2, 127.0.0.1');
    expect(headers['via']).toBe('1.0 first, 1.1 second, 1.1 gibbon/0.1.0');
  });

  test('of a trusted peer are believed', async () => {
    const { headers } = await forwarded(
      get(
        '/p',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: outer',
        'X-Forwarded-Port: 444',
        'X-Forwarded-Path: /outer',
        'X-Forwarded-Prefix: /o',
        'X-Real-IP: 9.9.9.9',
      ),
      {},
      { trusted_ips: ['127.0.0.0/8'] },
    );
    expect(headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'outer',
      'x-forwarded-port': '444',
      'x-forwarded-path': '/outer',
      'x-forwarded-prefix': '/o',
      'x-real-ip': '9.9.9.9',
      'x-forwarded-for': '9.9.9.9',
    });
  });

  test.each([
    [false, '3.3.3.3'],
    [true, '2.2.2.2'],
  ])('the real address from X-Forwarded-For, recursive: %s', async (real_ip_recursive, address) => {
    const { headers } = await forwarded(
      get('/', 'X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3'),
      {},
      {
        trusted_ips: ['127.0.0.1', '3.3.3.3'],
        real_ip_header: 'X-Forwarded-For',
        real_ip_recursive,
      },
    );
    expect(headers['x-real-ip']).toBe(address);
    expect(headers['x-forwarded-for']).toBe('1.1.1.1, 2.2.2.2, 3.3.3.3, 127.0.0.1');
  });

  test("that concern the client's hop alone are not passed on", async () => {
    const { headers } = await forwarded(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop, content-type\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nProxy: http://evil\r\nUpgrade: h2c\r\n` +
        'HTTP2-Settings: AAMA\r\nTE: gzip\r\nTrailer: X\r\nX-Stay: 1\r\nContent-Type: a/b\r\n\r\n',
    );
    expect(Object.keys(headers).sort()).toEqual([
      'connection',
      'host',
      'via',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-path',
      'x-forwarded-port',
      'x-forwarded-proto',
      'x-kong-request-id',
      'x-real-ip',
      'x-stay',
    ]);
    expect(headers['connection']).toBe('keep-alive');
  });

  test('TE is reduced to trailers', async () => {
    const { headers } = await forwarded(get('/', 'TE: gzip, trailers;q=0.5'));
    expect(headers['te']).toBe('trailers');
  });

  test('a mapped port is what clients see', async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const first = await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port }] }) });
    const { port } = first;
    await first.close();
    const gateway = await startGateway({
      snapshot: snapshotOf({ routes: [{ port: upstream.port }] }),
      settings: { port_maps: [`80:${port}`, `443:${port + 1}`] },
    });
    open.push(gateway);
    await sendRaw(gateway.port, get('/'));
    expect(upstream.seen[0]?.headers['x-forwarded-port']).toBe(
      gateway.port === port ? '80' : String(gateway.port === port + 1 ? 443 : gateway.port),
    );
  });

  test('without X-Kong-Request-Id where switched off', async () => {
    const { headers } = await forwarded(get('/', 'X-Kong-Request-Id: forged'), {}, { headers_upstream: ['off'] });
    expect(headers['x-kong-request-id']).toBeUndefined();
  });

  test('the cached part follows a change of Host on one connection', async () => {
    const { gateway, upstream } = await start();
    const one = get('/').replace('Connection: close\r\n', '');
    await sendRaw(gateway.port, one + one.replace('client.example', 'Other.Example:8000') + one + get('/'));
    expect(upstream.seen.map(({ headers }) => headers['x-forwarded-host'])).toEqual([
      'client.example',
      'other.example',
      'client.example',
      'client.example',
    ]);
  });
});

describe('Host and path', () => {
  test.each([
    ["the service's address", {}, null],
    ["the client's, where preserved", { route: { preserve_host: true } }, 'client.example'],
    ["the upstream's host_header", { hostHeader: 'configured.example' }, 'configured.example'],
  ])('%s', async (_name, spec, host) => {
    const seen = await forwarded(get('/'), spec);
    expect(seen.headers['host']).toBe(host ?? `127.0.0.1:${seen.upstreamPort}`);
  });

  test("the target's name for balanced upstreams", async () => {
    const upstream = await httpUpstream();
    open.push(upstream);
    const gateway = await startGateway({
      snapshot: snapshotOf({ routes: [{ balanced: new TestUpstream([upstream.port], { hostname: 'pod.internal' }) }] }),
    });
    open.push(gateway);
    await sendRaw(gateway.port, get('/'));
    expect(upstream.seen[0]?.headers['host']).toBe(`pod.internal:${upstream.port}`);
  });

  test.each([
    ['/srv/x?y', '/base/x?y', { prefix: '/srv', route: { strip_path: true }, service: { path: '/base' } }, '/srv'],
    ['/srv/x?y', '/base/srv/x?y', { prefix: '/srv', service: { path: '/base' } }, undefined],
    ['/srv', '/', { prefix: '/srv', route: { strip_path: true } }, '/srv'],
    ['/a/../srv//%41%20%2f?%41', '/A%20%2F?%41', { prefix: '/srv', route: { strip_path: true } }, '/srv'],
    ['/x?', '/x?', {}, undefined],
    ['/x', '/x', { route: { strip_path: true } }, undefined],
  ])('%s is asked as %s', async (target, url, spec, prefix) => {
    const seen = await forwarded(get(target), spec);
    expect(seen.url).toBe(url);
    expect(seen.headers['x-forwarded-prefix']).toBe(prefix);
    expect(seen.headers['x-forwarded-path']).toBe(target.split('?')[0]);
  });

  test('an absolute target names the host', async () => {
    const seen = await forwarded('GET http://Absolute.example:81/x?y HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n', {
      route: { preserve_host: true },
    });
    expect(seen.url).toBe('/x?y');
    expect(seen.headers['host']).toBe('Absolute.example:81');
    expect(seen.headers['x-forwarded-host']).toBe('absolute.example');
  });
});

describe('response fields', () => {
  async function respond(fields: Record<string, string | string[]>, settings: Partial<ProxySettings> = {}, request = get('/')) {
    const upstream = await httpUpstream((response) => {
      response.writeHead(201, 'Made Up', { 'Content-Length': '2', ...fields });
      response.end('ok');
    });
    open.push(upstream);
    const gateway = await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port }] }), settings });
    open.push(gateway);
    return sendRaw(gateway.port, request);
  }

  test('of the upstream are kept, ours are added', async () => {
    const text = await respond({ Server: 'backend', 'X-Own': 'a', 'Set-Cookie': ['a=1', 'b=2'] });
    expect(text.startsWith('HTTP/1.1 201 Made Up\r\n')).toBe(true);
    expect(text.match(/^Set-Cookie: .*$/gm)).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2']);
    const { headers, body } = parseResponse(text);
    expect(body).toBe('ok');
    expect(headers).toMatchObject({
      server: 'backend',
      'x-own': 'a',
      'content-length': '2',
      via: '1.1 gibbon/0.1.0',
      connection: 'close',
      'x-kong-upstream-latency': '0',
      'x-kong-proxy-latency': '0',
    });
    expect(headers['x-kong-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['date']).toBeDefined();
  });

  test('Server is ours where the upstream has none, Via is continued, hop-by-hop fields end here', async () => {
    const { headers } = parseResponse(
      await respond({
        Via: '1.0 inner',
        Connection: 'close, X-Hop',
        'X-Hop': '1',
        'Keep-Alive': 'timeout=5',
        Upgrade: 'h2c',
        'X-Kong-Request-Id': 'forged',
      }),
    );
    expect(headers).toMatchObject({ server: 'gibbon/0.1.0', via: '1.0 inner, 1.1 gibbon/0.1.0', connection: 'close' });
    for (const name of ['x-hop', 'keep-alive', 'upgrade']) expect(headers[name]).toBeUndefined();
    expect(headers['x-kong-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    [['off'], []],
    [
      ['Via', 'X-Kong-Upstream-Status'],
      ['via', 'x-kong-upstream-status'],
    ],
    [['latency_tokens'], ['x-kong-proxy-latency', 'x-kong-upstream-latency']],
    [
      ['server_tokens', 'x-kong-request-id'],
      ['server', 'via', 'x-kong-request-id'],
    ],
  ])('headers = %j', async (setting, names) => {
    const { headers } = parseResponse(await respond({}, { headers: setting }));
    const ours = ['server', 'via', 'x-kong-proxy-latency', 'x-kong-request-id', 'x-kong-upstream-latency', 'x-kong-upstream-status'];
    expect(ours.filter((name) => headers[name] !== undefined)).toEqual(names.sort());
  });

  test('keep-alive is said', async () => {
    const text = await respond({}, {}, get('/').replace('Connection: close\r\n', '') + get('/'));
    expect(text.match(/^Connection: .*$/gm)).toEqual(['Connection: keep-alive', 'Connection: close']);
  });
});
