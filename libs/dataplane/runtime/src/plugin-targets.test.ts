import { describe, expect, test } from 'vitest';
import type { Route, Service } from '@gibbon/contracts/entities';
import type { Attempt, Exchange, PluginHandler, ServicePeer } from '@gibbon/contracts/plugin';
import type { CompiledService } from './snapshot.ts';
import { parseResponse, sendRaw, get, snapshotOf, startGateway, TestUpstream, until, type TestGateway } from './testing/gateway.ts';
import { ask, closeAfterEach, own, run } from './testing/plugin-gateway.ts';
import { httpUpstream } from './testing/upstream.ts';

closeAfterEach();

function service(port: number, fields: Partial<Service> = {}, more: Partial<CompiledService> = {}): CompiledService {
  const entity = { id: 'other', name: 'other', protocol: 'http', host: '127.0.0.1', port, path: '/', retries: 0, enabled: true, ...fields };
  const timeouts = { connect_timeout: 5_000, read_timeout: 60_000, write_timeout: 60_000 };
  return { service: { ...timeouts, ...entity } as Service, balanced: null, upstream: null, tls: null, poolKey: '', ...more };
}

describe('setService', () => {
  test('goes to another service, also from a route that has none', async () => {
    const other = own(await httpUpstream((response) => response.end('other')));
    const plugin: PluginHandler = { access: (exchange) => void exchange.setService('other') };
    const { gateway, upstream } = await run([plugin], { service: null }, { services: { other: service(other.port) } });
    expect(await ask(gateway)).toMatchObject({ status: 200, body: expect.stringContaining('other') as string });
    expect(upstream.seen).toEqual([]);
    expect(other.seen[0]).toMatchObject({ url: '/a?b=c', headers: { host: `127.0.0.1:${other.port}` } });
  });

  test('takes the path, the balancer and the host header of that service', async () => {
    const other = own(await httpUpstream());
    const balanced = new TestUpstream([other.port]);
    const upstream = { host_header: 'in.test' } as CompiledService['upstream'];
    const plugin: PluginHandler = { access: (exchange) => void exchange.setService('other') };
    const chosen = service(1, { path: '/base' }, { balanced, upstream });
    const { gateway } = await run([plugin], { service: null }, { services: { other: chosen } });
    expect((await ask(gateway)).status).toBe(200);
    expect(other.seen[0]).toMatchObject({ url: '/base/a?b=c', headers: { host: 'in.test' } });
    expect(balanced.reports).toEqual([[other.port, 200, 'none', true]]);
  });

  test('leaves everything as it was when there is no such service', async () => {
    let found: boolean | null = null;
    const plugin: PluginHandler = { access: (exchange) => void (found = exchange.setService('gone')) };
    const { gateway } = await run([plugin]);
    expect(await ask(gateway)).toMatchObject({ status: 200, body: 'upstream' });
    expect(found).toBe(false);
  });
});

/** A gateway before an upstream that answers when told to. */
async function slow(limits: readonly [requestMs: number, attemptMs: number], route: Partial<Route> = {}) {
  const answers: (() => void)[] = [];
  const attempts: (readonly Attempt[])[] = [];
  const upstream = own(await httpUpstream((response) => void answers.push(() => response.end('late'))));
  const plugin: PluginHandler = {
    access: (exchange) => exchange.setTimeouts(...limits),
    log: (exchange) => void attempts.push(exchange.attempts),
  };
  const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port, plugins: [plugin], route }] }) }));
  return { gateway, upstream, answers, attempts };
}

async function pass(gateway: TestGateway, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    gateway.clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('setTimeouts', () => {
  test.each([
    ['the request', [500, 0]],
    ['an attempt', [0, 500]],
  ] as const)('answers 504 when %s takes too long, and asks nobody again', async (_name, limits) => {
    const { gateway, upstream, attempts } = await slow(limits);
    const response = sendRaw(gateway.port, get('/'));
    await until(() => upstream.seen.length === 1);
    await pass(gateway, 1_000);
    expect(parseResponse(await response).status).toBe(504);
    expect(upstream.seen).toHaveLength(1);
    expect(attempts).toEqual([[expect.objectContaining({ failure: 'timeout', status: 0 })]]);
  });

  test('leaves an answer alone that comes in time, and leaves no timer behind', async () => {
    const { gateway, upstream, answers } = await slow([5_000, 4_000]);
    const response = sendRaw(gateway.port, get('/'));
    await until(() => upstream.seen.length === 1);
    await pass(gateway, 1_000);
    answers[0]?.();
    expect(parseResponse(await response)).toMatchObject({ status: 200 });
    await pass(gateway, 10_000);
    expect(gateway.pipeline.stats.activeRequests).toBe(0);
  });

  test('ends a response that has begun and does not end', async () => {
    const upstream = own(
      await httpUpstream((response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('begun');
      }),
    );
    const plugin: PluginHandler = { access: (exchange) => exchange.setTimeouts(500, 0) };
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port, plugins: [plugin] }] }) }));
    const response = sendRaw(gateway.port, get('/'));
    await until(() => upstream.seen.length === 1);
    await pass(gateway, 1_000);
    expect(parseResponse(await response)).toMatchObject({ status: 200, body: 'begun' });
  });

  test('does not last until the next request of the connection', async () => {
    let limited = true;
    const answers: (() => void)[] = [];
    const upstream = own(await httpUpstream((response) => void answers.push(() => response.end('ok'))));
    const plugin: PluginHandler = {
      access: (exchange) => {
        if (limited) exchange.setTimeouts(5_000, 5_000);
        limited = false;
      },
    };
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port, plugins: [plugin] }] }) }));
    const both = sendRaw(gateway.port, `GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${get('/2')}`);
    await until(() => upstream.seen.length === 1);
    answers[0]?.();
    await until(() => upstream.seen.length === 2);
    await pass(gateway, 6_000);
    answers[1]?.();
    expect((await both).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});

describe('peerOf', () => {
  test('names a peer of a service, and the balancer learns nothing', async () => {
    const balanced = new TestUpstream([8_001]);
    const peers: (ServicePeer | null)[] = [];
    const look = (exchange: Exchange): void =>
      void peers.push(...['balanced', 'plain', 'pending', 'gone', 'empty'].map((id) => exchange.peerOf(id)));
    const services = {
      balanced: service(1, {}, { balanced }),
      plain: service(8_002),
      pending: service(8_003, { host: 'name.test' }),
      empty: service(1, {}, { balanced: new TestUpstream([]) }),
    };
    const resolve = (host: string) => (host === 'name.test' ? Promise.resolve('192.0.2.1') : host);
    const { gateway } = await run([{ access: look }], {}, { services, resolve });
    expect((await ask(gateway)).status).toBe(200);
    expect(peers).toEqual([
      { scheme: 'http', host: '127.0.0.1', port: 8_001 },
      { scheme: 'http', host: '127.0.0.1', port: 8_002 },
      null,
      null,
      null,
    ]);
    expect(balanced.reports).toEqual([[8_001, 0, 'none', false]]);
  });
});
