import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { serveAdminApi, serveStatusApi, type AdminServer } from './index.ts';
import { ask, testLog, TestNode } from './node.test-support.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const open: AdminServer[] = [];

async function admin(options: { maxBodyBytes?: number } = {}): Promise<AdminServer> {
  const server = await serveAdminApi({ context: new TestNode(), addresses: [LOOPBACK], log: testLog(), ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  for (const server of open.splice(0)) {
    await server.dispose();
    await expect(ask(server, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

describe('the status listener', () => {
  test('is ready once a configuration serves, and says why it is not', async () => {
    const node = new TestNode();
    const server = await serveStatusApi({ context: node, addresses: [LOOPBACK], log: testLog() });
    open.push(server);
    const before = await ask(server, '/status/ready');
    expect([before.status, before.json()]).toEqual([
      503,
      { message: 'no configuration available (configuration hash is not initialized)' },
    ]);
    node.ready = { ready: false, reason: 'draining' };
    expect((await ask(server, '/status/ready')).json()).toEqual({ message: 'draining' });
    node.ready = { ready: true };
    const after = await ask(server, '/status/ready');
    expect([after.status, after.json()]).toEqual([200, { message: 'ready' }]);
  });

  test('shows status and metrics and changes nothing', async () => {
    const server = await serveStatusApi({ context: new TestNode(), addresses: [LOOPBACK], log: testLog() });
    open.push(server);
    const statuses = await Promise.all(['/status', '/metrics', '/config', '/'].map(async (path) => (await ask(server, path)).status));
    expect(statuses).toEqual([200, 200, 404, 404]);
  });
});

describe('listening', () => {
  test('opens every address', async () => {
    const server = await serveAdminApi({ context: new TestNode(), addresses: [LOOPBACK, LOOPBACK], log: testLog() });
    open.push(server);
    const [first, second] = server.addresses;
    expect(first?.port).not.toBe(second?.port);
    expect((await ask({ ...server, addresses: [second ?? LOOPBACK] }, '/status')).status).toBe(200);
  });

  test('on a taken port opens nothing and names the address', async () => {
    const taken = (await admin()).addresses[0] ?? LOOPBACK;
    const second = serveAdminApi({ context: new TestNode(), addresses: [LOOPBACK, taken], log: testLog() });
    await expect(second).rejects.toMatchObject({
      code: 'GW_ADMIN_LISTEN',
      message: `cannot listen on 127.0.0.1:${taken.port}: the address is in use`,
      cause: { code: 'EADDRINUSE' },
    });
  });
});

describe('limits', () => {
  test('a body that says it is too long is refused', async () => {
    const server = await admin({ maxBodyBytes: 10 });
    const answer = await ask(server, '/config', { method: 'POST', headers: { 'content-type': 'text/yaml' }, body: 'x'.repeat(11) });
    expect([answer.status, answer.json()]).toEqual([413, { message: 'Request body is larger than 10 bytes' }]);
  });

  test('a body that turns out too long is refused', async () => {
    const server = await admin({ maxBodyBytes: 10 });
    const headers = { 'content-type': 'text/yaml', 'transfer-encoding': 'chunked' };
    expect((await ask(server, '/config', { method: 'POST', headers, body: 'x'.repeat(4_000_000) })).status).toBe(413);
  });

  test('dispose ends idle and busy connections at once', async () => {
    const server = await admin();
    const { host, port } = server.addresses[0] ?? LOOPBACK;
    const idle = connect(port, host);
    const busy = connect(port, host);
    await Promise.all([once(idle, 'connect'), once(busy, 'connect')]);
    busy.write('POST /config HTTP/1.1\r\nHost: x\r\nContent-Type: text/yaml\r\nContent-Length: 100\r\n\r\nabc');
    const closed = Promise.all(
      [idle, busy].map((socket) => {
        // What was sent and not read comes back as a reset.
        socket.on('error', () => {});
        return new Promise((resolve) => socket.once('close', resolve));
      }),
    );
    await server.dispose();
    await closed;
  });

  test('a client that goes away while it sends harms nobody', async () => {
    const server = await admin();
    const { host, port } = server.addresses[0] ?? LOOPBACK;
    const client = connect(port, host);
    await once(client, 'connect');
    client.write('POST /config HTTP/1.1\r\nHost: x\r\nContent-Type: text/yaml\r\nContent-Length: 100\r\n\r\nabc');
    client.destroy();
    await once(client, 'close');
    expect((await ask(server, '/status')).status).toBe(200);
  });
});
