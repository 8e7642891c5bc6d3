import { createTestExchange, createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [{}, { attempts: 3, codes: [500, 503], backoffMs: 0 }],
  invalid: [
    { config: { attempts: -1 }, problems: [{ path: 'attempts', message: expect.any(String) as string }] },
    { config: { codes: [200] }, problems: [{ path: 'codes.1', message: expect.any(String) as string }] },
  ],
});

it('says when requests are tried again', async () => {
  const exchange = createTestExchange();
  await createTestPlugin(definition, { attempts: 3, codes: [500, 503] }).handler.access?.(exchange);
  expect(exchange.retries).toEqual({ attempts: 3, codes: new Set([500, 503]), backoffMs: 25 });
});

it('makes its policy once, not for each request', async () => {
  const { handler } = createTestPlugin(definition, {});
  const [first, second] = [createTestExchange(), createTestExchange()];
  for (const exchange of [first, second]) await handler.access?.(exchange);
  expect(first.retries).toBe(second.retries);
});
