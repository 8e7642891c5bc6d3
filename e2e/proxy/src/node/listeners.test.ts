import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ask, type Answer } from '@gibbon/testing-fixtures/process';
import {
  createTestAuthority,
  freePort,
  RawClient,
  startFakeUpstream,
  type FakeUpstream,
  type UpstreamAnswer,
} from '@gibbon/testing-fixtures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, listener, ManagedProxy } from './managed-proxy.ts';

let upstream: FakeUpstream;
let proxy: ManagedProxy;
let ports: readonly number[];

beforeEach(async () => {
  upstream = await startFakeUpstream();
  ports = [await freePort(), await freePort(), await freePort()];
});

afterEach(async () => {
  expect(await proxy.stop()).toBe(0);
  await upstream.close();
});

const [first, second, third] = [0, 1, 2].map((at) => () => ports[at] ?? 0) as [() => number, () => number, () => number];

/** A route that serves one port alone, and says which. */
function routeTo(port: number): Readonly<Record<string, unknown>> {
  return { id: id(port), name: `port-${port}`, expression: `net.dst.port == ${port}`, priority: 1, service: { id: id(1) } };
}

const service = () => ({ id: id(1), name: 'echo', url: upstream.url });
const documentOf = (...open: number[]) => ({
  services: [service()],
  routes: open.map(routeTo),
  listeners: open.map((port) => listener(port)),
});

/** On a connection of its own. */
async function statusOf(port: number): Promise<number | string> {
  return ask({ port, path: '/', headers: { connection: 'close' } }).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => String(error.code),
  );
}

const errorsOf = ({ body }: Answer): string[] =>
  ((JSON.parse(body) as { flattened_errors?: { entity_name: string; errors: { message: string }[] }[] }).flattened_errors ?? []).flatMap(
    ({ entity_name: name, errors }) => errors.map(({ message }) => `${name}: ${message}`),
  );

async function openPorts(): Promise<number[]> {
  const { body } = await proxy.admin('GET', '/');
  const { configuration } = JSON.parse(body) as { configuration: { proxy_listeners: { port: number }[] } };
  return configuration.proxy_listeners.map(({ port }) => port);
}

describe.each(['0', '2'])('a proxy with %s workers whose sockets are in its configuration', (workers) => {
  beforeEach(async () => {
    proxy = await ManagedProxy.start(['--workers', workers, '--proxy-listen', 'off']);
  });

  it('is ready once it is configured and listens', async () => {
    expect(await proxy.readiness()).toEqual([503, 'no configuration available (configuration hash is not initialized)']);
    expect((await proxy.post(documentOf(first(), second()))).status).toBe(201);
    expect([await statusOf(first()), await statusOf(second())]).toEqual([200, 200]);
    expect(await proxy.readiness()).toEqual([200, 'ready']);
    expect(await openPorts()).toEqual([first(), second()]);
  });

  it('opens and closes sockets by differences; each port has its own routes from the first connection on', async () => {
    await proxy.post(documentOf(first()));
    const change = { listeners: { upserted: [listener(second())] }, routes: { upserted: [routeTo(second())] } };
    expect((await proxy.patch(change)).status).toBe(200);
    expect([await statusOf(first()), await statusOf(second())]).toEqual([200, 200]);
    const removal = { listeners: { deleted: [id(10_000 + first())] }, routes: { deleted: [id(first())] } };
    expect((await proxy.patch(removal)).status).toBe(200);
    expect([await statusOf(first()), await statusOf(second())]).toEqual(['ECONNREFUSED', 200]);
    expect(await openPorts()).toEqual([second()]);
  });

  it('lets a request end whose port closes, and ends idle connections', async () => {
    const answer = Promise.withResolvers<UpstreamAnswer>();
    upstream.respond(() => answer.promise);
    await proxy.post(documentOf(first(), second()));
    const idle = await RawClient.open({ port: first() });
    const busy = await RawClient.open({ port: first() });
    busy.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await upstream.received(1);
    expect((await proxy.patch({ listeners: { deleted: [id(10_000 + first())] } })).status).toBe(200);
    await idle.untilEnd();
    expect(await statusOf(first())).toBe('ECONNREFUSED');
    answer.resolve({ kind: 'answer', body: 'at last' });
    const response = await busy.response();
    expect([response.status, response.text, response.header('connection')]).toEqual([200, 'at last', 'close']);
    await busy.untilEnd();
    await Promise.all([idle.close(), busy.close()]);
  });

  it('refuses a listener whose port another process has, serves the rest, and opens it when the port is free', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(second(), '127.0.0.1', resolve));
    const posted = await proxy.post(documentOf(first(), second()));
    expect([posted.status, errorsOf(posted)]).toEqual([
      201,
      [`http-${second()}: cannot listen on 127.0.0.1:${second()}: another process has the port`],
    ]);
    expect([await statusOf(first()), await proxy.readiness()]).toEqual([200, [200, 'ready']]);
    await new Promise((resolve) => holder.close(resolve));
    expect(errorsOf(await proxy.patch({ listeners: { upserted: [listener(third())] } }))).toEqual([]);
    expect([await statusOf(second()), await statusOf(third())]).toEqual([200, 404]);
  });

  it('shows the certificate of the name on sockets that it opens', async () => {
    const authority = await createTestAuthority();
    const { cert, key } = await authority.issue({ names: ['shop.example'] });
    await proxy.post({
      ...documentOf(),
      routes: [routeTo(first())],
      listeners: [listener(first(), 'https')],
      certificates: [{ id: id(2), cert, key, snis: [{ id: id(3), name: 'shop.example' }] }],
    });
    const names = await new Promise((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: first(), servername: 'shop.example', ca: authority.cert }, () => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(names).toBe('DNS:shop.example');
    expect((await ask({ port: first(), path: '/', tlsName: 'shop.example' })).status).toBe(200);
  });
});

describe('a proxy with sockets of its own', () => {
  it('says that a port is its own', async () => {
    proxy = await ManagedProxy.start(['--workers', '0', '--proxy-listen', 'off'], second());
    expect(errorsOf(await proxy.post(documentOf(first(), second())))).toEqual([
      `http-${second()}: cannot listen on 127.0.0.1:${second()}: the port is that of the proxy's Status API; choose another`,
    ]);
    expect([await statusOf(first()), await proxy.readiness()]).toEqual([200, [200, 'ready']]);
  });

  it('opens them when the first configuration serves, and no others for listeners that they satisfy', async () => {
    proxy = await ManagedProxy.start(['--workers', '1', '--proxy-listen', `127.0.0.1:${first()}`]);
    expect([await statusOf(first()), await openPorts()]).toEqual(['ECONNREFUSED', []]);
    expect(errorsOf(await proxy.post(documentOf(first())))).toEqual([]);
    expect([await statusOf(first()), await openPorts(), await proxy.readiness()]).toEqual([200, [first()], [200, 'ready']]);
    const answer = await proxy.patch({ listeners: { upserted: [{ ...listener(first(), 'https'), id: id(5) }] } });
    expect(errorsOf(answer)).toEqual([`https-${first()}: port ${first()} is open for http already, by the proxy's settings`]);
  });
});
