import { createConnection } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import { closed, get, parseResponse, sendRaw, until, type TestGateway } from './testing/gateway.ts';
import { closeAfterEach, run } from './testing/plugin-gateway.ts';

closeAfterEach();

/** A plugin that waits in a phase until the test says otherwise. */
class Waiting {
  readonly #done = Promise.withResolvers<void>();
  readonly logged: number[] = [];
  exchange: Exchange | null = null;
  readonly handler: PluginHandler;

  constructor(phase: 'rewrite' | 'access', afterwards: (exchange: Exchange) => void = () => {}) {
    const wait = async (exchange: Exchange): Promise<void> => {
      this.exchange = exchange;
      await this.#done.promise;
      afterwards(exchange);
    };
    this.handler = { [phase]: wait, log: ({ responseStatus }) => void this.logged.push(responseStatus) };
  }

  get waits(): boolean {
    return this.exchange !== null;
  }

  async release(): Promise<void> {
    this.#done.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const settings = { plugin_timeout: 5 };

function problems({ log }: TestGateway): unknown[] {
  return log.lines.filter(({ level }) => level === 'error').map(({ fields, message }) => [message, fields['plugin'], fields['limitMs']]);
}

describe('a plugin that does not answer', () => {
  test.each(['access', 'rewrite'] as const)('in %s is given up after the limit; what it does later concerns nobody', async (phase) => {
    const waiting = new Waiting(phase, (exchange) => exchange.exit(200, 'too late'));
    const after: string[] = [];
    const second: PluginHandler = { access: () => void after.push('ran') };
    const global = phase === 'rewrite' ? { global: [waiting.handler] } : {};
    const { gateway } = await run(phase === 'access' ? [waiting.handler, second] : [], {}, global, settings);
    const answer = sendRaw(gateway.port, get('/a'));
    await until(() => waiting.waits);
    gateway.clock.advance(4500);
    expect(gateway.pipeline.stats.activeRequests).toBe(1);
    gateway.clock.advance(1000);
    const response = parseResponse(await answer);
    expect([response.status, response.headers['connection'], problems(gateway)]).toEqual([
      500,
      'close',
      [['a plugin took too long', 'test', 5000]],
    ]);
    expect([gateway.pipeline.stats.activeRequests, waiting.logged]).toEqual([0, [500]]);
    await waiting.release();
    expect([after, gateway.pipeline.stats.upstreamConnections, waiting.logged]).toEqual([[], 0, [500]]);
  });

  test('is given up, and the request logged, when its client has left', async () => {
    const waiting = new Waiting('access');
    const { gateway } = await run([waiting.handler], {}, {}, settings);
    const client = createConnection(gateway.port, '127.0.0.1');
    client.write(get('/a'));
    await until(() => waiting.waits);
    client.destroy();
    await until(() => gateway.pipeline.stats.connections === 0);
    expect(gateway.pipeline.stats.activeRequests).toBe(1);
    gateway.clock.advance(6000);
    expect([gateway.pipeline.stats.activeRequests, waiting.logged]).toEqual([0, [499]]);
    await waiting.release();
    expect(waiting.logged).toEqual([499]);
  });

  test('may take its time without a limit', async () => {
    const waiting = new Waiting('access');
    const { gateway } = await run([waiting.handler], {}, {}, { plugin_timeout: 0 });
    const answer = sendRaw(gateway.port, get('/a'));
    await until(() => waiting.waits);
    gateway.clock.advance(600_000);
    await waiting.release();
    expect(parseResponse(await answer).status).toBe(200);
  });
});

test('a plugin that reads a body waits as long as the body comes', async () => {
  let reading: Exchange | null = null;
  const read: PluginHandler = {
    access: async (exchange) => {
      reading = exchange;
      exchange.exit(200, String((await exchange.readBody(100_000))?.length));
    },
  };
  const { gateway } = await run([read], {}, {}, settings);
  const client = createConnection(gateway.port, '127.0.0.1');
  let text = '';
  client.on('data', (bytes) => (text += bytes.toString()));
  client.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 40000\r\n\r\n');
  for (let sent = 10_000; sent <= 40_000; sent += 10_000) {
    client.write('x'.repeat(10_000));
    await until(() => (reading?.bytesIn ?? 0) > sent);
    if (sent < 40_000) gateway.clock.advance(4000);
  }
  await closed(client);
  expect(parseResponse(text)).toMatchObject({ status: 200, body: '40000' });
});
