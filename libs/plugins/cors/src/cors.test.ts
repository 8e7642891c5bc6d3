import { createTestExchange, createTestPlugin, describePlugin, runPlugins } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [
    {},
    { origins: ['http://a.test', '.*\\.b\\.test'], credentials: true, headers: ['X-A', 'X-B'], exposed_headers: ['X-C'], max_age: 3600 },
    { origins: ['http://a.test'], preflight_continue: true, allow_origin_absent: false, private_network: true, methods: ['GET'] },
  ],
  invalid: [
    {
      config: { origins: ['*', '(', '[a'] },
      problems: [
        { path: 'origins.2', message: "'(' is not a valid regex" },
        { path: 'origins.3', message: "'[a' is not a valid regex" },
      ],
    },
    {
      config: { methods: ['FETCH'], max_age: 'x' },
      problems: [
        { path: 'methods.1', message: 'expected one of: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT' },
        { path: 'max_age', message: 'expected a number' },
      ],
    },
  ],
});

const ALL = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT';

/** Response to a plain request that the upstream answers. */
async function filtered(config: object, origin: string | null, upstream: readonly string[] = []): Promise<Record<string, string>> {
  const headers = origin === null ? [] : ['Origin', origin];
  return (await createTestPlugin(definition, config).run({ headers }, { headers: upstream })).headers;
}

async function preflight(config: object, ...headers: string[]): ReturnType<typeof runPlugins> {
  const request = { method: 'OPTIONS', headers: ['Origin', 'http://a.test', 'Access-Control-Request-Method', 'PUT', ...headers] };
  return createTestPlugin(definition, config).run(request, { headers: ['Allow', 'GET'] });
}

describe('preflights', () => {
  it('are answered here', async () => {
    expect(await preflight({}, 'Access-Control-Request-Headers', 'X-One, X-Two')).toEqual({
      status: 200,
      body: '',
      proxied: false,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'X-One, X-Two',
        'access-control-allow-methods': ALL,
        'content-length': '0',
      },
    });
  });

  it('say what is configured', async () => {
    const config = {
      origins: ['http://a.test', 'http://b.test'],
      headers: ['X-A', 'X-B'],
      methods: ['GET', 'PUT'],
      max_age: 3600,
      credentials: true,
      private_network: true,
      exposed_headers: ['X-C'],
    };
    const { headers } = await preflight(config, 'Access-Control-Request-Private-Network', 'true', 'Access-Control-Request-Headers', 'X-Z');
    expect(headers).toEqual({
      'access-control-allow-origin': 'http://a.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'X-A,X-B',
      'access-control-allow-methods': 'GET,PUT',
      'access-control-max-age': '3600',
      'access-control-allow-private-network': 'true',
      'content-length': '0',
      vary: 'Origin',
    });
  });

  it('need an origin and a method, and OPTIONS', async () => {
    const plugin = createTestPlugin(definition);
    const requests = [
      { method: 'OPTIONS', headers: ['Origin', 'http://a.test'] },
      { method: 'OPTIONS', headers: ['Access-Control-Request-Method', 'PUT'] },
      { method: 'OPTIONS', headers: ['Origin', '', 'Access-Control-Request-Method', 'PUT'] },
      { method: 'GET', headers: ['Origin', 'http://a.test', 'Access-Control-Request-Method', 'PUT'] },
    ];
    for (const request of requests) expect((await plugin.run(request)).proxied).toBe(true);
  });

  it('go to the upstream untouched when told to', async () => {
    const outcome = await preflight({ preflight_continue: true });
    expect(outcome).toMatchObject({ proxied: true, headers: { allow: 'GET' } });
  });
});

describe('responses', () => {
  it('allow any origin by default, with or without one', async () => {
    expect(await filtered({}, 'http://a.test')).toEqual({ 'access-control-allow-origin': '*' });
    expect(await filtered({ origins: ['*'] }, null)).toEqual({ 'access-control-allow-origin': '*' });
    expect(await filtered({ origins: [] }, null)).toEqual({ 'access-control-allow-origin': '*' });
    expect(await filtered({ allow_origin_absent: false }, null)).toEqual({});
  });

  it('name the one plain origin whatever the request says', async () => {
    for (const origin of ['http://other.test', null]) {
      expect(await filtered({ origins: ['http://a.test'] }, origin)).toEqual({
        'access-control-allow-origin': 'http://a.test',
        vary: 'Origin',
      });
    }
  });

  it.each([
    [['http://a.test', 'http://b.test'], 'http://b.test', 'http://b.test'],
    [['http://a.test', 'http://b.test:80'], 'http://b.test', 'http://b.test'],
    [['http://a.test', 'http://b.test'], 'http://b.test:80', 'http://b.test'],
    [['http://a.test', 'https://b.test'], 'https://b.test:443', 'https://b.test'],
    [['http://a.test', 'https://b.test'], 'http://b.test', null],
    [['http://a.test', 'http://b.test'], 'http://b.test:8080', null],
    [['http://a.test', 'b.test'], 'http://b.test', null],
    [['http://a.test', '*'], 'http://z.test', '*'],
    [['.*\\.b\\.test'], 'https://x.b.test:8443', 'https://x.b.test:8443'],
    [['.*\\.b\\.test'], 'https://x.b.test.evil.test', null],
    [['^https?://(x|y)\\.test$'], 'http://y.test', 'http://y.test'],
    [['^https?://(x|y)\\.test$'], 'http://z.test', null],
    [['https://x\\.test|https://y\\.test'], 'https://x.test.evil.test', null],
    [['https://x\\.test|https://y\\.test'], 'https://x.test', 'https://x.test'],
    [['(?i)https://X\\.test'], 'https://x.test', 'https://x.test'],
    [['http://a.test', 'null'], 'null', 'null'],
    [['x+\\.test', 'a'], `http://${'x'.repeat(1_000)}.test`, null],
  ])('for %j and %s allow %s', async (origins, origin, allowed) => {
    const headers = await filtered({ origins }, origin, ['Access-Control-Allow-Origin', 'http://from-upstream.test', 'Vary', 'Accept']);
    expect(headers).toEqual({ vary: 'Accept, Origin', ...(allowed !== null && { 'access-control-allow-origin': allowed }) });
  });

  it('allow credentials only for a named origin', async () => {
    expect(await filtered({ credentials: true }, 'http://a.test:80')).toEqual({
      'access-control-allow-origin': 'http://a.test:80',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(await filtered({ credentials: true }, null)).toEqual({ 'access-control-allow-origin': '*' });
    expect(await filtered({ credentials: true, origins: ['http://a.test'] }, null)).toMatchObject({
      'access-control-allow-credentials': 'true',
    });
  });

  it('expose header fields', async () => {
    expect(await filtered({ exposed_headers: ['X-A', 'X-B'] }, null)).toMatchObject({ 'access-control-expose-headers': 'X-A,X-B' });
  });

  it('are marked when another plugin made them', async () => {
    const refusing = { access: (exchange: { error(status: number): void }) => exchange.error(401) };
    const { handler } = createTestPlugin(definition);
    const outcome = await runPlugins([handler, refusing], createTestExchange({ headers: ['Origin', 'http://a.test'] }));
    expect(outcome).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': '*' } });
  });
});
