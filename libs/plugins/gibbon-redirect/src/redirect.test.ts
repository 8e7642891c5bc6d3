import { createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [{}, { scheme: 'https', hostname: 'x.test', port: 8_443, statusCode: 308, prefix: '/a', prefixReplacement: '/b' }],
  invalid: [{ config: { scheme: 'ftp' }, problems: [{ path: 'scheme', message: 'expected one of: http, https' }] }],
});

async function location(config: object, url: string): Promise<string | undefined> {
  const { headers, proxied } = await createTestPlugin(definition, config).run({ url });
  expect(proxied).toBe(false);
  return headers['location'];
}

describe('the location', () => {
  // The Gateway API's table of ports: listener, filter, location.
  it.each([
    ['http://a.test', {}, 'http://a.test/'],
    ['http://a.test', { port: 80 }, 'http://a.test/'],
    ['http://a.test', { port: 8_080 }, 'http://a.test:8080/'],
    ['http://a.test', { scheme: 'https' }, 'https://a.test/'],
    ['http://a.test', { scheme: 'https', port: 443 }, 'https://a.test/'],
    ['http://a.test', { scheme: 'https', port: 8_443 }, 'https://a.test:8443/'],
    ['http://a.test:8080', {}, 'http://a.test:8080/'],
    ['http://a.test:8080', { port: 80 }, 'http://a.test/'],
    ['http://a.test:8080', { scheme: 'https' }, 'https://a.test/'],
    ['https://a.test', {}, 'https://a.test/'],
    ['https://a.test', { port: 8_443 }, 'https://a.test:8443/'],
    ['https://a.test', { scheme: 'http' }, 'http://a.test/'],
    ['https://a.test', { scheme: 'http', port: 8_080 }, 'http://a.test:8080/'],
  ])('of %s with %j is %s', async (url, config, expected) => {
    expect(await location(config, url)).toBe(expected);
  });

  it('keeps path and query, and rewrites the path', async () => {
    expect(await location({}, 'http://a.test/x%20y?q=1')).toBe('http://a.test/x%20y?q=1');
    expect(await location({ hostname: 'b.test', fullPath: '/all' }, 'http://a.test/x?q=1')).toBe('http://b.test/all?q=1');
    expect(await location({ prefix: '/x', prefixReplacement: '/new' }, 'http://a.test/x/y')).toBe('http://a.test/new/y');
  });

  it('has the port that clients know', async () => {
    const listeners = [
      { scheme: 'http', port: 80, proxyPort: 8_000 },
      { scheme: 'http', port: 8_080, proxyPort: 8_001 },
      { scheme: 'https', port: 9_443 },
    ];
    expect(await location({ listeners }, 'http://a.test:8000/')).toBe('http://a.test/');
    expect(await location({ listeners }, 'http://a.test:8001/')).toBe('http://a.test:8080/');
    expect(await location({ listeners }, 'https://a.test:8443/')).toBe('https://a.test:9443/');
  });
});

it('has the configured status', async () => {
  expect((await createTestPlugin(definition, {}).run()).status).toBe(302);
  expect((await createTestPlugin(definition, { statusCode: 308 }).run()).status).toBe(308);
});
