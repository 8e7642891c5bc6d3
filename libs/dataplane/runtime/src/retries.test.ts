import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Attempt, PluginHandler, RetryPolicy } from '@gibbon/contracts/plugin';
import { get, parseResponse, sendRaw, snapshotOf, startGateway, TestUpstream, until, type TestGateway } from './testing/gateway.ts';
import { ask, closeAfterEach, own } from './testing/plugin-gateway.ts';
import { httpUpstream, type HttpUpstream } from './testing/upstream.ts';

closeAfterEach();

interface Setup {
  readonly policy?: Partial<RetryPolicy> & { readonly codes?: ReadonlySet<number> };
  readonly limits?: readonly [requestMs: number, attemptMs: number];
  readonly retries?: number;
}

interface Running {
  readonly gateway: TestGateway;
  readonly upstream: HttpUpstream;
  readonly attempts: (readonly Attempt[])[];
}

type Answer = number | ((response: ServerResponse) => void);

/** A gateway before an upstream that gives these answers in turn, and 200 after them. */
async function before(answers: readonly Answer[], { policy, limits, retries = 5 }: Setup = {}): Promise<Running> {
  const left = [...answers];
  const attempts: (readonly Attempt[])[] = [];
  const upstream = own(
    await httpUpstream((response) => {
      const next = left.shift() ?? 200;
      if (typeof next === 'function') next(response);
      else response.writeHead(next, { 'Content-Length': '10' }).end(`answer ${next}`);
    }),
  );
  const full: RetryPolicy = { attempts: 3, codes: new Set([500, 503]), backoffMs: 0, ...policy };
  const plugin: PluginHandler = {
    access: (exchange) => {
      if (policy !== undefined) exchange.setRetries(full);
      if (limits !== undefined) exchange.setTimeouts(...limits);
    },
    log: (exchange) => void attempts.push(exchange.attempts),
  };
  const route = { port: upstream.port, plugins: [plugin], service: { retries } };
  return { gateway: own(await startGateway({ snapshot: snapshotOf({ routes: [route] }) })), upstream, attempts };
}

async function pass(gateway: TestGateway, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    gateway.clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A body that comes in pieces, so that the response has not ended when its head is read. */
function streamed(status: number): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status);
    response.write('x'.repeat(100_000));
    setImmediate(() => response.end('end'));
  };
}

describe('answers with a status of the policy', () => {
  test('are thrown away while attempts are left', async () => {
    const { gateway, upstream, attempts } = await before([500, 503], { policy: {} });
    expect(await ask(gateway)).toMatchObject({ status: 200, body: 'answer 200' });
    expect(upstream.seen).toHaveLength(3);
    expect(attempts[0]?.map(({ status }) => status)).toEqual([500, 503, 200]);
  });

  test('are passed on after the last attempt', async () => {
    const { gateway, upstream } = await before([500, 500, 500, 500, 500], { policy: { attempts: 3 } });
    expect(await ask(gateway)).toMatchObject({ status: 500, body: 'answer 500' });
    expect(upstream.seen).toHaveLength(4);
  });

  test.each([
    ['of other statuses', [502], {}],
    ['with no attempts', [500], { attempts: 0 }],
    ['with no codes', [500], { codes: new Set<number>() }],
  ])('are passed on at once %s', async (_name, answers, policy) => {
    const { gateway, upstream } = await before(answers, { policy });
    expect((await ask(gateway)).status).toBe(answers[0]);
    expect(upstream.seen).toHaveLength(1);
  });

  test('are passed on without a policy, whatever the service says of retries', async () => {
    const { gateway, upstream } = await before([500]);
    expect((await ask(gateway)).status).toBe(500);
    expect(upstream.seen).toHaveLength(1);
  });

  test('may have bodies that have not ended: nothing of them reaches the client', async () => {
    const { gateway, upstream } = await before([streamed(500), streamed(503)], { policy: {} });
    expect(await ask(gateway)).toMatchObject({ status: 200, body: 'answer 200' });
    expect(upstream.seen).toHaveLength(3);
  });

  test('use their connection again when they were complete', async () => {
    const { gateway, upstream } = await before([500, 500], { policy: {} });
    expect((await ask(gateway)).status).toBe(200);
    expect(upstream.connections()).toBe(1);
  });

  test('are repeated with their body, POST too', async () => {
    const { gateway, upstream } = await before([500], { policy: {} });
    const response = parseResponse(
      await sendRaw(gateway.port, 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody'),
    );
    expect(response.status).toBe(200);
    expect(upstream.seen.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST body', 'POST body']);
  });

  test('are passed on when the body is too large to be kept', async () => {
    const { gateway, upstream } = await before([500], { policy: {} });
    const length = 8_000_000;
    const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
    expect(parseResponse(await sendRaw(gateway.port, `${head}${'x'.repeat(length)}`)).status).toBe(500);
    expect(upstream.seen).toHaveLength(1);
  });

  test('do not last until the next request of the connection', async () => {
    let asked = 0;
    const upstream = own(await httpUpstream((response) => response.writeHead(500).end()));
    const policy = { attempts: 1, codes: new Set([500]), backoffMs: 0 };
    const plugin: PluginHandler = { access: (exchange) => void (asked++ === 0 && exchange.setRetries(policy)) };
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port, plugins: [plugin] }] }) }));
    const both = await sendRaw(gateway.port, `GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${get('/2')}`);
    expect(both.match(/HTTP\/1\.1 500/g)).toHaveLength(2);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/1', '/1', '/2']);
  });
});

describe('connections that cannot be made', () => {
  test('lead to another peer, without any codes', async () => {
    const good = own(await httpUpstream());
    const gone = await httpUpstream();
    await gone.close();
    const balanced = new TestUpstream([gone.port, good.port]);
    const policy = { attempts: 100, codes: new Set<number>(), backoffMs: 0 };
    const plugin: PluginHandler = { access: (exchange) => exchange.setRetries(policy) };
    const gateway = own(
      await startGateway({ snapshot: snapshotOf({ routes: [{ port: 1, plugins: [plugin], balanced, service: { retries: 0 } }] }) }),
    );
    for (let count = 0; count < 10; count++) expect((await ask(gateway)).status).toBe(200);
  });

  test('are an error at once where the policy says so, whatever the service says', async () => {
    const gone = await httpUpstream();
    await gone.close();
    const attempts: (readonly Attempt[])[] = [];
    const plugin: PluginHandler = {
      access: (exchange) => exchange.setRetries({ attempts: 0, codes: new Set(), backoffMs: 0 }),
      log: (exchange) => void attempts.push(exchange.attempts),
    };
    const route = { port: gone.port, plugins: [plugin], service: { retries: 5 } };
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [route] }) }));
    expect((await ask(gateway)).status).toBe(502);
    expect(attempts[0]).toHaveLength(1);
  });
});

describe('time', () => {
  test('passes between attempts, twice as long each time, and at most ten times', async () => {
    const upstream = own(await httpUpstream((response) => response.writeHead(500).end()));
    const balanced = new TestUpstream(Array.from({ length: 7 }, () => upstream.port));
    const policy = { attempts: 6, codes: new Set([500]), backoffMs: 1_000 };
    const plugin: PluginHandler = { access: (exchange) => exchange.setRetries(policy) };
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: 1, plugins: [plugin], balanced }] }) }));
    const response = ask(gateway);
    for (const [index, pauseMs] of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].entries()) {
      // The pause begins when the balancer has heard of the answer.
      await until(() => balanced.reports.length === index + 1);
      await pass(gateway, pauseMs - 200);
      expect(upstream.seen).toHaveLength(index + 1);
      await pass(gateway, 400);
      await until(() => upstream.seen.length === index + 2);
    }
    expect((await response).status).toBe(500);
  });

  test('for the request ends attempts with 504, a pause included', async () => {
    const { gateway, upstream } = await before([500, 500], { policy: { backoffMs: 10_000 }, limits: [500, 0] });
    const response = ask(gateway);
    await until(() => upstream.seen.length === 1);
    await pass(gateway, 1_000);
    expect((await response).status).toBe(504);
    await pass(gateway, 20_000);
    expect(upstream.seen).toHaveLength(1);
    expect(gateway.pipeline.stats.activeRequests).toBe(0);
  });

  test('for one attempt is its own, and another attempt follows', async () => {
    const { gateway, upstream, attempts } = await before([() => undefined], { policy: {}, limits: [0, 500] });
    const response = ask(gateway);
    await until(() => upstream.seen.length === 1);
    await pass(gateway, 1_000);
    expect(await response).toMatchObject({ status: 200 });
    expect(attempts[0]?.map(({ failure }) => failure)).toEqual(['timeout', 'none']);
  });

  test('is not spent on a client that is gone', async () => {
    const { gateway, upstream } = await before([500, 500, 500], { policy: { backoffMs: 1_000 } });
    const controller = new AbortController();
    const gone = fetch(`http://127.0.0.1:${gateway.port}/`, { signal: controller.signal }).catch(() => null);
    await until(() => upstream.seen.length === 1);
    controller.abort();
    await gone;
    await until(() => gateway.pipeline.stats.activeRequests === 0);
    await pass(gateway, 20_000);
    expect(upstream.seen).toHaveLength(1);
  });
});
