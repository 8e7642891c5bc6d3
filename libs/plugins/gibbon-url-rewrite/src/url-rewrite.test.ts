import { createTestExchange, createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [{}, { hostname: 'in.test', fullPath: '/all' }, { prefix: '/foo', prefixReplacement: '/bar' }],
  invalid: [{ config: { prefix: 'foo' }, problems: [{ path: 'prefix', message: expect.any(String) as string }] }],
});

describe('a rewrite', () => {
  it.each([
    [{ hostname: 'in.test' }, 'in.test', '/foo/x'],
    [{ fullPath: '/all' }, null, '/all'],
    [{ prefix: '/foo', prefixReplacement: '/bar' }, null, '/bar/x'],
  ])('with %j changes host and path of the request to the service', async (config, host, path) => {
    const exchange = createTestExchange({ url: 'http://gateway.test/foo/x?q=1' });
    const before = exchange.upstreamHost;
    await createTestPlugin(definition, config).handler.access?.(exchange);
    expect([exchange.upstreamHost, exchange.upstreamPath, exchange.upstreamQuery]).toEqual([host ?? before, path, 'q=1']);
  });
});
