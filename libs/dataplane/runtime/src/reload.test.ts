import { Agent, get as sendGet } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { get, parseResponse, sendRaw, snapshotOf, startGateway, TestUpstream, TRANSPORTS, until } from './testing/gateway.ts';
import { httpUpstream, tcpUpstream } from './testing/upstream.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

function own<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

describe('a new snapshot', () => {
  test('serves new requests; those in progress keep theirs, and it is told when the last ends', async () => {
    const slow = own(await tcpUpstream());
    const fast = own(await httpUpstream());
    const logged: (string | null)[] = [];
    const log = { log: (exchange: { route: { name: string | null } | null }) => void logged.push(exchange.route?.name ?? null) };
    const old = snapshotOf({ routes: [{ port: slow.port, route: { name: 'old' }, plugins: [log] }] });
    const gateway = own(await startGateway({ snapshot: old }));
    const first = sendRaw(gateway.port, get('/'));
    await until(() => (slow.received[0] ?? '') !== '');
    let idle = 0;
    old.onIdle = () => void idle++;
    gateway.pipeline.use(snapshotOf({ routes: [{ port: fast.port, route: { name: 'new' }, plugins: [log] }] }, 2));
    expect(parseResponse(await sendRaw(gateway.port, get('/'))).status).toBe(200);
    expect([old.inFlight, idle]).toEqual([1, 0]);
    slow.sockets[0]?.write('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n');
    expect(parseResponse(await first).status).toBe(201);
    expect(logged).toEqual(['new', 'old']);
    expect([old.inFlight, idle]).toEqual([0, 1]);
  });

  test('keeps connections that still fit', async () => {
    const upstream = own(await httpUpstream());
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: upstream.port }] }) }));
    for (let revision = 2; revision < 6; revision++) {
      await sendRaw(gateway.port, get('/'));
      gateway.pipeline.use(snapshotOf({ routes: [{ port: upstream.port }] }, revision));
    }
    expect(upstream.connections()).toBe(1);
  });

  test.each(['net', 'direct'] as const)(
    'every few requests, under load, over %s: not one fails',
    async (kind) => {
      const upstreams = [own(await httpUpstream()), own(await httpUpstream()), own(await httpUpstream())];
      const ports = upstreams.map(({ port }) => port);
      const snapshot = (revision: number) =>
        snapshotOf(
          {
            routes: [
              {
                balanced: new TestUpstream(ports.filter((_, index) => index !== revision % 3)),
                plugins:
                  revision % 2 === 0 ? [] : [{ headerFilter: (exchange) => exchange.responseHeaders.set('X-Revision', String(revision)) }],
              },
            ],
          },
          revision,
        );
      const gateway = own(await startGateway({ snapshot: snapshot(1), transport: TRANSPORTS[kind]() }));
      const agent = new Agent({ keepAlive: true, maxSockets: 16 });
      let done = 0;
      const failures: unknown[] = [];
      const total = 4000;
      const worker = async (): Promise<void> => {
        while (done < total) {
          done++;
          if (done % 20 === 0) gateway.pipeline.use(snapshot(done / 20));
          await status(gateway.port, agent).then(
            (code) => code === 200 || failures.push(code),
            (error: unknown) => failures.push(error),
          );
        }
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      agent.destroy();
      expect(failures).toEqual([]);
      expect(gateway.pipeline.stats.requests).toBeGreaterThanOrEqual(total);
    },
    30_000,
  );
});

describe('draining', () => {
  test('idle connections end at once, requests in progress are answered and then end', async () => {
    const slow = own(await tcpUpstream());
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: slow.port }] }) }));
    const idle = connect(gateway.port, '127.0.0.1');
    const idleEnded = new Promise((resolve) => idle.on('end', resolve));
    idle.resume();
    const busy = connect(gateway.port, '127.0.0.1');
    let text = '';
    busy.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    const busyEnded = new Promise((resolve) => busy.on('end', resolve));
    busy.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => (slow.received[0] ?? '') !== '' && gateway.pipeline.stats.connections === 2);
    await gateway.server.close();
    let drained = false;
    const draining = gateway.pipeline.drain().then(() => void (drained = true));
    await idleEnded;
    expect(drained).toBe(false);
    (slow.sockets[0] as Socket).write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await busyEnded;
    expect(parseResponse(text)).toMatchObject({ status: 200, body: 'ok', headers: { connection: 'close' } });
    await draining;
    await until(() => gateway.pipeline.stats.upstreamConnections === 0);
    expect(gateway.pipeline.stats).toMatchObject({ connections: 0, activeRequests: 0 });
  });

  test('pipelined requests that have arrived are answered', async () => {
    const slow = own(await tcpUpstream());
    const gateway = own(await startGateway({ snapshot: snapshotOf({ routes: [{ port: slow.port }] }) }));
    const one = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = sendRaw(gateway.port, one + one);
    await until(() => (slow.received[0] ?? '') !== '');
    const draining = gateway.pipeline.drain();
    slow.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');
    // The first says that it is the last: what was sent after it has to be sent again, as the protocol has it.
    expect((await answer).match(/HTTP\/1\.1 200/g)?.length).toBe(1);
    await draining;
  });
});

function status(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    sendGet({ port, host: '127.0.0.1', agent, path: '/x' }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    }).on('error', reject);
  });
}
