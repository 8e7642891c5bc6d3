import { freePort, RawClient, startFakeUpstream, type FakeUpstream, type UpstreamAnswer } from '@gibbon/testing-fixtures';
import { ask } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, listener, ManagedProxy } from './managed-proxy.ts';

/** What a proxy would take that waits for everything: its limit for requests in flight. */
const DRAIN_LIMIT_MS = 10_000;

let upstream: FakeUpstream;
let port: number;

beforeEach(async () => {
  upstream = await startFakeUpstream();
  port = await freePort();
});

afterEach(() => upstream.close());

async function start(workers: string): Promise<ManagedProxy> {
  const proxy = await ManagedProxy.start(['--workers', workers, '--proxy-listen', 'off']);
  const services = [{ id: id(1), name: 'echo', url: upstream.url, routes: [{ id: id(2), name: 'all', paths: ['/'] }] }];
  await proxy.post({ services, listeners: [listener(port)] });
  return proxy;
}

describe.each(['0', '2'])('a proxy with %s workers that is told to end', (workers) => {
  it('is not ready any more, accepts nothing, and answers what is in flight', async () => {
    const proxy = await start(workers);
    const answer = Promise.withResolvers<UpstreamAnswer>();
    upstream.respond(({ url }) => (url === '/slow' ? answer.promise : { kind: 'echo' }));
    const busy = await RawClient.open({ port });
    busy.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await upstream.received(1);
    proxy.process.signal('SIGTERM');
    await proxy.process.logged(({ msg }) => msg === 'draining');
    expect(await proxy.readiness()).toEqual([503, 'draining']);
    await refused();
    answer.resolve({ kind: 'answer', body: 'in time' });
    const response = await busy.response();
    expect([response.status, response.text, response.header('connection')]).toEqual([200, 'in time', 'close']);
    expect(await proxy.process.exited).toBe(0);
    await busy.close();
  });

  it('does not wait for a request that is half here', async () => {
    const proxy = await start(workers);
    const half = await RawClient.open({ port });
    half.send('GET / HTTP/1.1\r\nHo');
    // Whoever comes later is answered later: the half is with the proxy by then.
    expect((await ask({ port, path: '/' })).status).toBe(200);
    const toldAt = performance.now();
    expect(await proxy.stop()).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(DRAIN_LIMIT_MS - 1000);
    await half.close();
  });
});

/** Resolves when nobody accepts on the port: workers close their sockets one after the other. */
async function refused(): Promise<void> {
  for (;;) {
    const code = await ask({ port, path: '/', headers: { connection: 'close' } }).then(
      () => '',
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code === 'ECONNREFUSED') return;
  }
}
