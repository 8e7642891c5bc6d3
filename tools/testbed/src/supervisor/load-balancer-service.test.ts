import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerResponse } from 'node:http';
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.test-support.ts';
import { serveLoadBalancers, type Service } from './load-balancers.ts';

let server: FakeApiServer;
let stop: AbortController;
let serving: Promise<void>;
const services = new Map<string, Service>();
let watches: ServerResponse[] = [];
let lists = 0;

/** As an API server: lists, watches, patches of the status that come back as events. */
beforeEach(async () => {
  server = await startFakeApiServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (searchParams.has('watch')) {
      watches.push(response.writeHead(200));
      response.flushHeaders();
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      lists += 1;
      response.end(JSON.stringify({ metadata: { resourceVersion: '7' }, items: [...services.values()] }));
      return;
    }
    const name = pathname.split('/')[6] as string;
    const { status } = (await json(request)) as { status: Service['status'] };
    const service = { ...(services.get(name) as Service), ...(status === undefined ? {} : { status }) };
    services.set(name, service);
    response.end('{}');
    emit('MODIFIED', service);
  });
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await serving;
  await server.close();
  services.clear();
  watches = [];
  lists = 0;
});

function emit(type: string, object: unknown): void {
  for (const watch of watches) watch.write(`${JSON.stringify({ type, object })}\n`);
}

function add(name: string, spec: Service['spec'] = { type: 'LoadBalancer' }): Service {
  const service = { metadata: { name, namespace: 'x' }, spec };
  services.set(name, service);
  return service;
}

const addresses = (): Record<string, string | undefined> =>
  Object.fromEntries([...services].map(([name, { status }]) => [name, status?.loadBalancer?.ingress?.[0]?.ip]));

function serve(): void {
  serving = serveLoadBalancers(server.client, '10.20.0.0/16', stop.signal);
}

it('gives addresses to Services that are there and to those that come, and takes them back', async () => {
  add('first');
  add('plain', { type: 'ClusterIP' });
  serve();
  await expect.poll(addresses).toEqual({ first: '10.20.0.1', plain: undefined });
  await expect.poll(() => watches.length).toBe(1);
  emit('ADDED', add('second', { type: 'LoadBalancer', loadBalancerIP: '10.20.9.9' }));
  await expect.poll(addresses).toEqual({ first: '10.20.0.1', plain: undefined, second: '10.20.9.9' });
  const second = services.get('second') as Service;
  services.delete('second');
  emit('DELETED', second);
  emit('ADDED', add('third', { type: 'LoadBalancer', loadBalancerIP: '10.20.9.9' }));
  await expect.poll(addresses).toEqual({ first: '10.20.0.1', plain: undefined, third: '10.20.9.9' });
});

it.each([
  ['breaks off', (): void => server.breakConnections()],
  ['is too old', (): void => emit('ERROR', { code: 410 })],
])('lists again when the watch %s, and forgets what went in between', async (_, disturb) => {
  add('first', { type: 'LoadBalancer', loadBalancerIP: '10.20.9.9' });
  serve();
  await expect.poll(addresses).toEqual({ first: '10.20.9.9' });
  await expect.poll(() => watches.length).toBe(1);
  services.clear();
  add('second', { type: 'LoadBalancer', loadBalancerIP: '10.20.9.9' });
  disturb();
  await expect.poll(addresses).toEqual({ second: '10.20.9.9' });
  expect(lists).toBe(2);
});
