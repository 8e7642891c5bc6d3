import { once } from 'node:events';
import { connect } from 'node:net';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import type { ServerCredentials } from '@gibbon/dataplane-tls';
import { createTestAuthority, type TestAuthority } from '@gibbon/testing-fixtures';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveAdminApi, type AdminServer } from './index.ts';
import { testLog, TestNode } from './node.test-support.ts';

/** Credentials that a test changes. */
class Credentials {
  current: ServerCredentials;
  #changed: ((credentials: ServerCredentials) => void)[] = [];

  constructor(current: ServerCredentials) {
    this.current = current;
  }

  onChange(changed: (credentials: ServerCredentials) => void): void {
    this.#changed.push(changed);
  }

  change(next: ServerCredentials): void {
    this.current = next;
    for (const changed of this.#changed) changed(next);
  }
}

let authority: TestAuthority;
let credentials: Credentials;
let server: AdminServer;

beforeEach(async () => {
  authority = await createTestAuthority();
  credentials = new Credentials({ ...(await authority.issue({ names: ['proxy.test'] })), clientCa: authority.cert });
  server = await serve();
});

function serve(): Promise<AdminServer> {
  const addresses = [{ host: '127.0.0.1', port: 0, ssl: true }];
  return serveAdminApi({ context: new TestNode(), addresses, tls: credentials, log: testLog() });
}

afterEach(() => server.dispose());

interface Client {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly maxVersion?: SecureVersion;
  readonly agent?: Agent;
}

/** Status of `GET /status`, or what the client was told instead. */
function statusFor({ ca = authority.cert, agent, ...client }: Client): Promise<number | string> {
  const { port } = server.addresses[0] ?? { port: 0 };
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/status', servername: 'proxy.test', ca, ...client, agent: agent ?? false };
    const request = httpsRequest(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    request.end();
  });
}

describe('an admin listener with TLS', () => {
  test('lets in clients with a certificate of the authority, and nobody else', async () => {
    const client = await authority.issue({ names: ['controller'] });
    const stranger = await (await createTestAuthority('Another')).issue({ names: ['controller'] });
    expect(await statusFor(client)).toBe(200);
    expect(await statusFor({})).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    expect(await statusFor(stranger)).toMatch(/ALERT|ECONNRESET/);
  });

  test('needs no certificate of clients where no authority is named', async () => {
    await server.dispose();
    credentials = new Credentials({ ...credentials.current, clientCa: null });
    server = await serve();
    expect(await statusFor({})).toBe(200);
  });

  test('speaks TLS 1.2 and later', async () => {
    const client = await authority.issue({ names: ['controller'] });
    expect(await statusFor({ ...client, maxVersion: 'TLSv1.2' })).toBe(200);
    expect(await statusFor({ ...client, maxVersion: 'TLSv1.1' })).toMatch(/PROTOCOL|ALERT|ECONNRESET/);
  });

  test('takes new certificates without a restart; clients of the old authority have to prove themselves again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const old = await authority.issue({ names: ['controller'] });
    expect(await statusFor({ ...old, agent })).toBe(200);
    const kept = Object.values(agent.freeSockets)[0]?.[0] as TLSSocket;
    const ended = once(kept, 'close');
    const next = await createTestAuthority('Next');
    credentials.change({ ...(await next.issue({ names: ['proxy.test'] })), clientCa: next.cert });
    await ended;
    expect(await statusFor({ ...old, ca: next.cert })).toMatch(/ALERT|ECONNRESET/);
    expect(await statusFor({ ...(await next.issue({ names: ['controller'] })), ca: next.cert })).toBe(200);
    agent.destroy();
  });

  test('ends at once, clients in the middle of a handshake included', async () => {
    const { host, port } = server.addresses[0] ?? { host: '', port: 0 };
    const silent = connect(port, host);
    await once(silent, 'connect');
    silent.write(Buffer.from([22, 3, 1]));
    const done = connectTls({ host, port, servername: 'proxy.test', ca: authority.cert, ...(await authority.issue({ names: ['a'] })) });
    await once(done, 'secureConnect');
    for (const socket of [silent, done]) socket.on('error', () => {});
    const closed = Promise.all([once(silent, 'close'), once(done, 'close')]);
    await server.dispose();
    await closed;
  });
});

test('addresses with TLS need credentials', async () => {
  const addresses = [{ host: '127.0.0.1', port: 0, ssl: true }];
  expect(() => serveAdminApi({ context: new TestNode(), addresses, log: testLog() })).toThrow('need credentials');
});
