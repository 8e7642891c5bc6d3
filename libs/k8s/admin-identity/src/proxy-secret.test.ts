import { KubeClient, plainAccess } from '@gibbon/k8s-client';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminIdentity, ensureProxySecret } from './index.ts';

let api: KubeApi;
let access: ReturnType<typeof plainAccess>;
let client: KubeClient;
let clock: FakeClock;
const { logger } = new TestServices();
const PLACE = { namespace: 'gibbon', name: 'proxy-admin-tls' };

beforeEach(async () => {
  api = await KubeApi.start();
  access = plainAccess(api.url);
  clock = new FakeClock();
  client = new KubeClient({ access, clock });
});

afterEach(async () => {
  await access.close();
  await api.close();
  expect(clock.pending).toBe(0);
});

const open = (): Promise<AdminIdentity> => AdminIdentity.open({ client, clock, logger, namespace: 'gibbon', secretName: 'identity' });
const ensure = (identity: AdminIdentity): Promise<void> => ensureProxySecret(identity, { client, logger, ...PLACE });

function stored(): { readonly ca: string; readonly cert: string; readonly key: string } {
  const data = api.get('Secret', PLACE.namespace, PLACE.name)?.['data'] as Record<string, string>;
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  return { ca: text('ca.crt'), cert: text('tls.crt'), key: text('tls.key') };
}

describe('ensureProxySecret', () => {
  it('makes the Secret once, and leaves it while it is good', async () => {
    const identity = await open();
    await ensure(identity);
    const first = stored();
    expect(identity.accepts(first)).toBe(true);
    expect(first.key).toContain('PRIVATE KEY');
    await ensure(await open());
    expect(stored()).toEqual(first);
  });

  it('is one Secret for replicas that begin at once', async () => {
    const identity = await open();
    await Promise.all([ensure(identity), ensure(identity), ensure(identity)]);
    expect(api.list('Secret')).toHaveLength(2);
    expect(identity.accepts(stored())).toBe(true);
  });

  it('issues another certificate for another identity, and for a Secret with something else in it', async () => {
    await ensure(await open());
    api.remove('Secret', 'gibbon', 'identity');
    const renewed = await open();
    expect(renewed.accepts(stored())).toBe(false);
    await ensure(renewed);
    expect(renewed.accepts(stored())).toBe(true);
    api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { ...PLACE, labels: { mine: 'yes' } }, type: 'Opaque', data: {} });
    await ensure(renewed);
    expect(renewed.accepts(stored())).toBe(true);
    expect(api.get('Secret', PLACE.namespace, PLACE.name)).toMatchObject({ type: 'Opaque', metadata: { labels: { mine: 'yes' } } });
  });

  it('passes on what the API server refuses', async () => {
    const identity = await open();
    api.faults.add({ match: { plural: 'secrets' }, status: 403 });
    await expect(ensure(identity)).rejects.toMatchObject({ code: 'GW_K8S_FORBIDDEN' });
  });
});
