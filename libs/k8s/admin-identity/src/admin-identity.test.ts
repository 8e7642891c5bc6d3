import { X509Certificate } from 'node:crypto';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { KubeClient, plainAccess } from '@gibbon/k8s-client';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminIdentity, ADMIN_SERVER_NAME, adminServerName, type AdminCredentials } from './index.ts';

let api: KubeApi;
let access: ReturnType<typeof plainAccess>;
let clock: FakeClock;

beforeEach(async () => {
  api = await KubeApi.start();
  access = plainAccess(api.url);
  clock = new FakeClock();
});

afterEach(async () => {
  await access.close();
  await api.close();
  expect(clock.pending).toBe(0);
});

function open(): Promise<AdminIdentity> {
  const client = new KubeClient({ access, clock });
  return AdminIdentity.open({ client, clock, logger: new TestServices().logger, namespace: 'gibbon', secretName: 'identity' });
}

/** Changes what the Secret holds. */
function store(change: (data: Record<string, string>) => Record<string, string>): void {
  const secret = api.get('Secret', 'gibbon', 'identity');
  const data = secret?.['data'] as Record<string, string>;
  api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'gibbon', name: 'identity' }, data: change({ ...data }) });
}

/** Whether a client gets through to a server that wants its certificate; the time of the handshake is the machine's. */
async function handshake(serverSide: AdminCredentials, clientSide: AdminCredentials, servername = ADMIN_SERVER_NAME): Promise<string> {
  const server: Server = createServer({ ...serverSide, requestCert: true, rejectUnauthorized: true }, (socket) => socket.end('welcome'));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, servername, ...clientSide });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('data', (bytes) => resolve(bytes.toString()));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => resolve('closed'));
    });
  } finally {
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the identity', () => {
  it('is made once, and read by who comes later', async () => {
    const first = await open();
    const second = await open();
    expect(second.client).toEqual(first.client);
    expect(api.list('Secret')).toHaveLength(1);
    expect(api.get('Secret', 'gibbon', 'identity')).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'gibbon' } },
    });
  });

  it('is the same for replicas that begin at once', async () => {
    api.faults.add({ match: { verb: 'get', plural: 'secrets' }, status: 404, times: 3 });
    const [first, ...others] = await Promise.all([open(), open(), open()]);
    expect(api.list('Secret')).toHaveLength(1);
    for (const other of others) expect(other.client).toEqual(first?.client);
  });

  it('names what it cannot use, and how to mend it', async () => {
    await open();
    store((data) => ({ ...data, 'ca.key': '' }));
    await expect(open()).rejects.toMatchObject({
      code: 'GW_ADMIN_IDENTITY',
      message: 'Secret gibbon/identity cannot be used: ca.key is missing. Delete it, and a new one is made at the next start',
    });
  });

  it.each([
    [
      'a key of another certificate',
      (data: Record<string, string>) => ({ ...data, 'tls.key': data['ca.key'] ?? '' }),
      'tls.crt and tls.key are no certificate with its key',
    ],
    [
      'text that is no certificate',
      (data: Record<string, string>) => ({ ...data, 'ca.crt': 'aGVsbG8=' }),
      'ca.crt and ca.key are no certificate with its key',
    ],
    [
      'a certificate as authority',
      (data: Record<string, string>) => ({ ...data, 'ca.crt': data['tls.crt'] ?? '', 'ca.key': data['tls.key'] ?? '' }),
      'ca.crt is no authority, or expires soon',
    ],
  ])('refuses %s', async (_, change, problem) => {
    await open();
    store(change);
    await expect(open()).rejects.toThrow(problem);
  });

  it('passes on what the API server refuses', async () => {
    api.faults.add({ match: { plural: 'secrets' }, status: 403 });
    await expect(open()).rejects.toMatchObject({ code: 'GW_K8S_FORBIDDEN' });
  });

  it('is another after the Secret was deleted', async () => {
    const old = await open();
    const proxy = await old.issueProxy();
    api.remove('Secret', 'gibbon', 'identity');
    const renewed = await open();
    expect([old.accepts(proxy), renewed.accepts(proxy)]).toEqual([true, false]);
  });
});

describe('certificates of proxies', () => {
  it('are for the one name of proxies, and let in the controller alone', async () => {
    const identity = await open();
    const proxy = await identity.issueProxy();
    const certificate = new X509Certificate(proxy.cert);
    expect([certificate.subjectAltName, certificate.keyUsage]).toEqual([`DNS:${ADMIN_SERVER_NAME}`, ['1.3.6.1.5.5.7.3.1']]);
    expect(await handshake(proxy, identity.client)).toBe('welcome');
  });

  it('prove the plane of a proxy, so that none can pass for one of another', async () => {
    const identity = await open();
    const [shared, own] = [await identity.issueProxy(), await identity.issueProxy('uid-1')];
    const asked = (proxy: AdminCredentials, servername: string): Promise<string> => handshake(proxy, identity.client, servername);
    expect(await asked(own, 'uid-1.proxy.gibbon.internal')).toBe('welcome');
    expect(await asked(own, 'uid-2.proxy.gibbon.internal')).toContain('ALTNAME');
    expect(await asked(own, ADMIN_SERVER_NAME)).toContain('ALTNAME');
    expect(await asked(shared, 'uid-1.proxy.gibbon.internal')).toContain('ALTNAME');
    expect([adminServerName(), adminServerName('uid-1')]).toEqual([ADMIN_SERVER_NAME, 'uid-1.proxy.gibbon.internal']);
  });

  it('do not let one proxy configure another', async () => {
    const identity = await open();
    const [one, other] = [await identity.issueProxy(), await identity.issueProxy()];
    expect(one.key).not.toBe(other.key);
    expect(await handshake(one, other)).not.toBe('welcome');
    expect(await handshake(identity.client, identity.client)).not.toBe('welcome');
  });

  it('are accepted until some months before they end', async () => {
    const identity = await open();
    const proxy = await identity.issueProxy();
    clock.jump(7200 * 86_400_000);
    expect(identity.accepts(proxy)).toBe(true);
    clock.jump(20 * 86_400_000);
    expect(identity.accepts(proxy)).toBe(false);
    expect(identity.accepts({ ca: proxy.ca, cert: 'nonsense' })).toBe(false);
    await expect(open()).rejects.toThrow('expires soon');
  });
});
