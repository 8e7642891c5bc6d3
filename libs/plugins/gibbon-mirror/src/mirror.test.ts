import { HTTP_CLIENT, RANDOM, type HttpClient, type HttpClientRequest } from '@gibbon/contracts/services';
import { foreignIdsOf } from '@gibbon/model';
import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  TestServices,
  testService,
  type TestRequest,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

const OTHER = { ...testService(), id: 'other', host: '10.0.0.9', port: 8_080 };
const NO_CLIENT: HttpClient = { request: () => Promise.reject(new Error('nobody is there')) };

describePlugin({
  definition,
  configs: [
    { mirrors: [{ service: 'other' }] },
    { mirrors: [{ service: 'other', numerator: 1, denominator: 3 }, { service: 'gone' }], maxBodyBytes: 5 },
  ],
  invalid: [{ config: { mirrors: [] }, problems: [{ path: 'mirrors', message: expect.any(String) as string }] }],
  services: [[HTTP_CLIENT, NO_CLIENT]],
});

class KeepingClient implements HttpClient {
  readonly requests: HttpClientRequest[] = [];
  readonly pending: (() => void)[] = [];

  request(request: HttpClientRequest): ReturnType<HttpClient['request']> {
    this.requests.push(request);
    return new Promise((resolve) => this.pending.push(() => resolve({ status: 200, headers: [], body: new Uint8Array(0) })));
  }
}

function setup(config: object, draws: readonly number[] = []) {
  const client = new KeepingClient();
  let draw = 0;
  const random = { float: () => draws[draw++ % draws.length] ?? 0, hex: () => '', uuid: () => '' };
  const services = new TestServices([
    [HTTP_CLIENT, client],
    [RANDOM, random],
  ]);
  const { handler } = createTestPlugin(definition, config, { services });
  const send = async (request: TestRequest = {}) => {
    const exchange = createTestExchange({ entities: { services: [OTHER] }, ...request });
    await handler.access?.(exchange);
    return exchange;
  };
  return { client, send };
}

describe('a copy', () => {
  it('is the request as the service gets it, without what concerns the connection', async () => {
    const { client, send } = setup({ mirrors: [{ service: 'other' }] });
    const exchange = await send({
      method: 'PUT',
      url: 'http://gateway.test/a%20b?c=d',
      headers: ['Host', 'gateway.test', 'X-A', '1', 'Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'Content-Length', '4'],
      body: 'body',
    });
    expect(exchange.exited).toBe(false);
    expect(client.requests).toEqual([
      expect.objectContaining({
        url: 'http://10.0.0.9:8080/a%20b?c=d',
        method: 'PUT',
        headers: ['Host', exchange.upstreamHost, 'X-A', '1'],
        body: new TextEncoder().encode('body'),
      }),
    ]);
  });

  it('goes to every mirror, and to none that is not there', async () => {
    const { client, send } = setup({ mirrors: [{ service: 'other' }, { service: 'gone' }, { service: 'other' }] });
    await send();
    expect(client.requests).toHaveLength(2);
  });

  it('is made of the configured share', async () => {
    const draws = [0, 0.19, 0.2, 0.9];
    const { client, send } = setup({ mirrors: [{ service: 'other', numerator: 20 }] }, draws);
    for (const _ of draws) await send();
    expect(client.requests).toHaveLength(2);
  });

  it('is not made of bodies that are too large, nor of requests that change the protocol', async () => {
    const { client, send } = setup({ mirrors: [{ service: 'other' }], maxBodyBytes: 3 });
    await send({ method: 'POST', headers: ['Content-Length', '4'], body: 'body' });
    await send({ headers: ['Connection', 'upgrade', 'Upgrade', 'websocket'] });
    expect(client.requests).toEqual([]);
  });

  it('is dropped when too many are under way', async () => {
    const { client, send } = setup({ mirrors: [{ service: 'other' }], maxConcurrent: 1 });
    await send();
    await send();
    expect(client.requests).toHaveLength(1);
    client.pending[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    await send();
    expect(client.requests).toHaveLength(2);
  });

  it("that fails is nobody else's concern", async () => {
    const services = new TestServices([[HTTP_CLIENT, NO_CLIENT]]);
    const { handler } = createTestPlugin(definition, { mirrors: [{ service: 'other' }] }, { services });
    const exchange = createTestExchange({ entities: { services: [OTHER] } });
    await handler.access?.(exchange);
    await new Promise((resolve) => setImmediate(resolve));
    expect(exchange.exited).toBe(false);
    expect(services.lines.map(({ level }) => level)).toEqual(['debug']);
  });
});

it('tells by its schema which services it names, which follow it to every proxy that has it', () => {
  expect(foreignIdsOf(definition.config)({ mirrors: [{ service: 'a' }, { service: 'b' }] })).toEqual(
    ['a', 'b'].map((id) => ({ type: 'services', id })),
  );
});
