import { createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';
import { compileOrigins } from './origins.ts';

const CONFIG = {
  allowOrigins: ['https://app.test', 'https://*.bar.com'],
  allowMethods: ['PUT'],
  allowHeaders: ['X-A', 'X-B'],
  exposeHeaders: ['X-Total'],
  maxAgeSeconds: 60,
};

describePlugin({
  definition,
  configs: [{}, CONFIG, { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], exposeHeaders: ['*'], allowCredentials: true }],
  invalid: [{ config: { allowOrigins: ['app.test'] }, problems: [{ path: 'allowOrigins.1', message: expect.any(String) as string }] }],
});

const ASKED = ['Access-Control-Request-Method', 'DELETE', 'Access-Control-Request-Headers', 'x-z'];

function preflight(config: object, origin: string, asked: readonly string[] = ASKED) {
  return createTestPlugin(definition, config).run({ method: 'OPTIONS', headers: ['Origin', origin, ...asked] });
}

describe('a preflight', () => {
  it('of an origin that is allowed is told everything', async () => {
    expect(await preflight(CONFIG, 'https://app.test')).toMatchObject({
      status: 204,
      proxied: false,
      headers: {
        'access-control-allow-origin': 'https://app.test',
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'X-A, X-B',
        'access-control-expose-headers': 'X-Total',
        'access-control-max-age': '60',
        vary: 'Origin',
      },
    });
  });

  it('is told of the methods that need none where no others are configured', async () => {
    const { headers } = await preflight({ allowOrigins: ['*'] }, 'https://a.test');
    expect(headers).toMatchObject({ 'access-control-allow-methods': 'GET, HEAD, POST' });
  });

  it('of another origin is told nothing', async () => {
    const { status, headers, proxied } = await preflight(CONFIG, 'https://evil.test');
    expect([status, proxied]).toEqual([204, false]);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('with credentials gets names instead of stars', async () => {
    const all = { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], exposeHeaders: ['*'], allowCredentials: true };
    const { headers } = await preflight(all, 'https://any.test');
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://any.test',
      'access-control-allow-methods': 'DELETE',
      'access-control-allow-headers': 'x-z',
      'access-control-allow-credentials': 'true',
    });
    expect(headers).not.toHaveProperty('access-control-expose-headers');
  });

  it('that asks for no headers is told of none, and the method of OPTIONS without origin is proxied', async () => {
    const { headers } = await preflight(CONFIG, 'https://app.test', ['Access-Control-Request-Method', 'PUT']);
    expect(headers).not.toHaveProperty('access-control-allow-headers');
    expect((await createTestPlugin(definition, CONFIG).run({ method: 'OPTIONS' })).proxied).toBe(true);
  });
});

describe('a response', () => {
  const ask = async (config: object, origin: string) =>
    (await createTestPlugin(definition, config).run({ headers: ['Origin', origin] }, { headers: ['Access-Control-Allow-Origin', '*'] }))
      .headers;

  it('to an allowed origin is marked', async () => {
    expect(await ask({ ...CONFIG, allowCredentials: true }, 'https://a.b.bar.com')).toMatchObject({
      'access-control-allow-origin': 'https://a.b.bar.com',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'X-Total',
      vary: 'Origin',
    });
  });

  it('to everybody says so, and varies with nothing', async () => {
    const headers = await ask({ allowOrigins: ['*'] }, 'https://any.test');
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(headers).not.toHaveProperty('vary');
  });

  it('to another origin is not marked, whatever the service says', async () => {
    expect(await ask(CONFIG, 'https://evil.test')).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('origins', () => {
  it.each([
    ['https://a.test', true],
    ['https://A.TEST', true],
    ['https://a.test:443', true],
    ['https://a.test:8443', false],
    ['http://a.test', false],
    ['https://x.bar.com', true],
    ['https://x.y.bar.com', true],
    ['https://bar.com', false],
    ['https://xbar.com', false],
    ['https://x.bar.com.evil.test', false],
    ['null', false],
    [`https://${'a'.repeat(600)}.bar.com`, false],
  ])('%s: %s', (origin, allowed) => {
    expect(compileOrigins(['https://a.test', 'https://*.bar.com'])(origin)).toBe(allowed);
  });
});
