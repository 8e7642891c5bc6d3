import { createTestExchange, createTestPlugin, describePlugin, runPlugins } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import { logValues } from '@gibbon/pdk';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [{}, { generator: 'uuid', header_name: 'X-Id', echo_downstream: true }, { generator: 'tracker', echo_downstream: true }],
  invalid: [
    {
      config: { generator: 'random', header_name: 'a b', echo_downstream: 1 },
      problems: [
        { path: 'header_name', message: "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'" },
        { path: 'generator', message: 'expected one of: uuid, uuid#counter, tracker' },
        { path: 'echo_downstream', message: 'expected a boolean' },
      ],
    },
  ],
});

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/** Ids that the upstream sees for some requests. */
async function idsOf(config: object, requests: number): Promise<(string | null)[]> {
  const { handler } = createTestPlugin(definition, config);
  const ids: (string | null)[] = [];
  for (let n = 0; n < requests; n += 1) {
    const exchange = createTestExchange({ url: 'http://gateway.test:8000/' });
    await handler.access!(exchange);
    ids.push(exchange.requestHeaders.get('kong-request-id'));
  }
  return ids;
}

describe('correlation-id', () => {
  it('numbers requests behind one UUID by default', async () => {
    const ids = await idsOf({}, 3);
    const prefix = ids[0]!.split('#')[0]!;
    expect(prefix).toMatch(new RegExp(`^${UUID}$`));
    expect(ids).toEqual([`${prefix}#1`, `${prefix}#2`, `${prefix}#3`]);
  });

  it('makes a UUID for each', async () => {
    const ids = await idsOf({ generator: 'uuid' }, 3);
    for (const id of ids) expect(id).toMatch(new RegExp(`^${UUID}$`));
    expect(new Set(ids).size).toBe(3);
  });

  it('tracks connection, request and time', async () => {
    expect(await idsOf({ generator: 'tracker' }, 2)).toEqual([
      expect.stringMatching(/^0\.0\.0\.0-8000-\d+(\.\d+)?-1-1-1767225600\.000$/),
      expect.stringMatching(/^0\.0\.0\.0-8000-\d+(\.\d+)?-2-1-1767225600\.000$/),
    ]);
    const { handler } = createTestPlugin(definition, { generator: 'tracker' });
    const exchange = Object.assign(createTestExchange(), { serverAddress: '10.0.0.1', connectionSerial: 42, connectionRequests: 7 });
    await handler.access!(exchange);
    expect(exchange.requestHeaders.get('kong-request-id')).toMatch(/^10\.0\.0\.1-80-[\d.]+-42-7-1767225600\.000$/);
  });

  it('keeps what the client brought unless it is empty, and logs it', async () => {
    const { handler } = createTestPlugin(definition, { header_name: 'X-Id' });
    const exchange = createTestExchange({ headers: ['x-id', 'mine'] });
    await runPlugins([handler], exchange);
    expect(exchange.requestHeaders.getAll('x-id')).toEqual(['mine']);
    expect(logValues(exchange).get('correlation_id')).toBe('mine');
    const empty = createTestExchange({ headers: ['X-Id', ''] });
    await runPlugins([handler], empty);
    expect(empty.requestHeaders.getAll('x-id')).toEqual([expect.stringMatching(/#1$/)]);
  });

  it('echoes the id of the request only when told to, whatever happens to its field', async () => {
    const silent = await createTestPlugin(definition, {}).run({ headers: ['Kong-Request-ID', 'mine'] });
    expect(silent.headers).toEqual({});
    const { handler } = createTestPlugin(definition, { echo_downstream: true });
    const remover = {
      access: (exchange: Parameters<NonNullable<typeof handler.access>>[0]) => exchange.requestHeaders.remove('kong-request-id'),
    };
    const outcome = await runPlugins([handler, remover], createTestExchange({ headers: ['Kong-Request-ID', 'mine'] }));
    expect(outcome.headers).toEqual({ 'kong-request-id': 'mine' });
  });

  it('gives answers an id that were made before the access phase', () => {
    const { handler } = createTestPlugin(definition, { echo_downstream: true });
    const exchange = createTestExchange({ route: null });
    handler.headerFilter!(exchange);
    expect(exchange.responseHeaders.get('kong-request-id')).toMatch(/#1$/);
  });
});
