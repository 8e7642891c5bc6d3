import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from '../kube-client.ts';
import { inClusterAccess } from './in-cluster-access.ts';
import { kubeconfigAccess } from './kubeconfig-access.ts';

const SERVICES = { group: '', version: 'v1', plural: 'services' };
const IN_POD = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

let folder: string;
const clock = new FakeClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gibbon-access-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the service account of a Pod', () => {
  beforeEach(async () => {
    await writeFile(join(folder, 'token'), 'first\n');
    await writeFile(join(folder, 'ca.crt'), '');
    await writeFile(join(folder, 'namespace'), 'gibbon');
  });

  it('is read again as it is renewed, and at once when it is refused', async () => {
    const access = await inClusterAccess({ clock, environment: IN_POD, folder });
    expect([access.server, access.namespace]).toEqual(['https://10.96.0.1:443', 'gibbon']);
    const first = await access.connect();
    await writeFile(join(folder, 'token'), 'second');
    expect((await access.connect()).headers).toEqual({ authorization: 'Bearer first' });
    clock.advance(60_000);
    const second = await access.connect();
    expect(second.headers).toEqual({ authorization: 'Bearer second' });
    expect(second.dispatcher).toBe(first.dispatcher);
    await writeFile(join(folder, 'token'), 'third');
    await writeFile(join(folder, 'ca.crt'), 'other');
    access.renew();
    const third = await access.connect();
    expect(third.headers).toEqual({ authorization: 'Bearer third' });
    expect(third.dispatcher).not.toBe(first.dispatcher);
    await access.close();
  });

  it('is where it ought to be, or the message says what is missing', async () => {
    const ipv6 = await inClusterAccess({ clock, environment: { ...IN_POD, KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder });
    expect(ipv6.server).toBe('https://[fd00::1]:443');
    await ipv6.close();
    await expect(inClusterAccess({ clock, environment: {}, folder })).rejects.toMatchObject({ code: 'GW_K8S_CONFIG' });
    await rm(join(folder, 'token'));
    await expect(inClusterAccess({ clock, environment: IN_POD, folder })).rejects.toThrow(
      'is a service account token mounted into the Pod?',
    );
  });
});

describe('a kubeconfig', () => {
  const configOf = (server: string, user: object): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'one',
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user }],
      contexts: [
        { name: 'one', context: { cluster: 'c', user: 'u', namespace: 'here' } },
        { name: 'two', context: { cluster: 'none', user: 'u' } },
      ],
    });

  it('gives server, namespace and credentials', async () => {
    const api = await KubeApi.start({ token: 'secret' });
    const file = join(folder, 'config');
    await writeFile(file, configOf(api.url, { token: 'secret' }));
    const access = await kubeconfigAccess({ clock, file, context: '' });
    expect([access.server, access.namespace]).toEqual([api.url, 'here']);
    expect((await new KubeClient({ access, clock }).list(SERVICES)).items).toEqual([]);
    await access.close();
    await api.close();
  });

  it('that does not fit is refused with what is wrong', async () => {
    const file = join(folder, 'config');
    await expect(kubeconfigAccess({ clock, file, context: '' })).rejects.toMatchObject({
      code: 'GW_K8S_CONFIG',
      message: expect.stringContaining(file),
    });
    await writeFile(file, configOf('https://127.0.0.1:1', {}));
    await expect(kubeconfigAccess({ clock, file, context: 'two' })).rejects.toThrow('no context "two" with a cluster; it has: one, two');
  });
});
