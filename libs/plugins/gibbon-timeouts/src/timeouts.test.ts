import { createTestExchange, createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [{}, { requestMs: 1_000, backendRequestMs: 500 }],
  invalid: [{ config: { requestMs: -1 }, problems: [{ path: 'requestMs', message: expect.any(String) as string }] }],
});

it('sets both limits', async () => {
  const exchange = createTestExchange();
  await createTestPlugin(definition, { requestMs: 1_000, backendRequestMs: 500 }).handler.access?.(exchange);
  expect(exchange.timeouts).toEqual({ requestMs: 1_000, attemptMs: 500 });
});
