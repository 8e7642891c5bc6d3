import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import { plainAccess } from './access/plain-access.ts';
import type { ApiAccess } from './access/api-access.ts';
import type { ApiError } from './api-error.ts';
import { servedVersion } from './discovery/served-version.ts';
import { KubeClient } from './kube-client.ts';

const SERVICES = { group: '', version: 'v1', plural: 'services' };
const INGRESSES = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' };

let api: KubeApi;
let access: ApiAccess;
let clock: FakeClock;
let client: KubeClient;
let token = 'one';

beforeEach(async () => {
  api = await KubeApi.start();
  token = 'one';
  access = plainAccess(api.url, { token: () => token });
  clock = new FakeClock();
  client = new KubeClient({ access, clock });
});

afterEach(async () => {
  await access.close();
  await api.close();
  expect(clock.pending).toBe(0);
});

const service = (name: string, labels = {}): never =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name, labels }, spec: { ports: [{ port: 80 }] } }) as never;

async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => error as ApiError,
  );
}

describe('requests', () => {
  it('create, read, replace, patch and delete', async () => {
    const made = await client.create<never>(SERVICES, service('a'));
    const { metadata } = made as { metadata: { resourceVersion: string; uid: string } };
    await client.update(SERVICES, { ...(made as object), metadata, spec: { ports: [{ port: 81 }] } } as never);
    await client.patch(
      SERVICES,
      { namespace: 'default', name: 'a' },
      { type: 'merge', subresource: 'status', body: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } } },
    );
    await client.patch(
      SERVICES,
      { namespace: 'default', name: 'a' },
      {
        type: 'apply',
        fieldManager: 'me',
        body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', labels: { mine: 'yes' } } },
      },
    );
    expect(await client.get(SERVICES, { namespace: 'default', name: 'a' })).toMatchObject({
      metadata: { labels: { mine: 'yes' }, generation: 2 },
      spec: { ports: [{ port: 81 }] },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    });
    expect((await errorOf(client.delete(SERVICES, { namespace: 'default', name: 'b' }))).code).toBe('GW_K8S_NOT_FOUND');
    await client.delete(SERVICES, { namespace: 'default', name: 'a' });
    expect(api.get('Service', 'default', 'a')).toBeNull();
  });

  it('read lists in pages of one moment', async () => {
    for (const name of ['a', 'b', 'c']) api.put(service(name));
    const first = await client.list(SERVICES, { limit: 2 });
    api.remove('Service', 'default', 'c');
    const second = await client.list(SERVICES, { limit: 2, continue: first.next });
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect([second.next, second.resourceVersion]).toEqual(['', first.resourceVersion]);
  });

  it('read metadata alone, and by selectors', async () => {
    api.put(service('a', { team: 'red' }));
    api.put(service('b', { team: 'blue' }));
    const { items } = await client.list(SERVICES, { namespace: 'default', labelSelector: 'team in (red, green)', metadataOnly: true });
    expect(items).toEqual([expect.objectContaining({ kind: 'PartialObjectMetadata', metadata: expect.objectContaining({ name: 'a' }) })]);
    expect(items[0]).not.toHaveProperty('spec');
    expect(await client.get(SERVICES, { namespace: 'default', name: 'b' }, { metadataOnly: true })).not.toHaveProperty('spec');
  });
});

describe('errors', () => {
  it.each([
    [403, 'GW_K8S_FORBIDDEN'],
    [404, 'GW_K8S_NOT_FOUND'],
    [409, 'GW_K8S_CONFLICT'],
    [410, 'GW_K8S_EXPIRED'],
    [422, 'GW_K8S_INVALID'],
    [429, 'GW_K8S_THROTTLED'],
    [400, 'GW_K8S_REFUSED'],
    [500, 'GW_K8S_SERVER'],
    [503, 'GW_K8S_SERVER'],
  ])('of status %i have the code %s', async (status, code) => {
    api.faults.add({ status, message: 'because' });
    const error = await errorOf(client.list(SERVICES));
    expect([error.code, error.status]).toEqual([code, status]);
    expect(error.message).toContain('GET /api/v1/services: ');
  });

  it('say how long to wait, and why', async () => {
    api.faults.add({ status: 429, retryAfterSeconds: 3 });
    expect(await errorOf(client.list(SERVICES))).toMatchObject({ retryAfterMs: 3000, reason: 'TooManyRequests' });
    api.faults.clear();
    api.put(service('a'));
    expect(await errorOf(client.create(SERVICES, service('a')))).toMatchObject({
      code: 'GW_K8S_CONFLICT',
      reason: 'AlreadyExists',
      retryAfterMs: null,
    });
  });

  it('of the connection, of time and of the caller are told apart', async () => {
    api.faults.add({ reset: true, times: 1 });
    expect((await errorOf(client.list(SERVICES))).code).toBe('GW_K8S_UNREACHABLE');
    const hold = api.faults.hold({ verb: 'list' });
    const late = errorOf(client.list(SERVICES));
    await hold.arrived;
    await clock.advanceAsync(30_000);
    expect((await late).code).toBe('GW_K8S_TIMEOUT');
    const end = new AbortController();
    const aborted = errorOf(client.list(SERVICES, {}, end.signal));
    end.abort();
    expect((await aborted).code).toBe('GW_K8S_ABORTED');
    hold.release();
  });

  it('of refused credentials make them read anew, once', async () => {
    let reads = 0;
    const counting: ApiAccess = { ...access, renew: () => void reads++, connect: () => access.connect() };
    const careful = new KubeClient({ access: { ...counting, server: access.server }, clock });
    api.setToken('two');
    expect((await errorOf(careful.list(SERVICES))).code).toBe('GW_K8S_UNAUTHORIZED');
    expect([reads, api.requests.length]).toEqual([1, 2]);
    token = 'two';
    expect((await careful.list(SERVICES)).items).toEqual([]);
  });
});

it('finds the version that is served, by preference', async () => {
  api.serve({ group: 'test.dev', versions: ['v1beta1', 'v1'], kind: 'Thing', plural: 'things', namespaced: true, status: false });
  expect(await servedVersion(client, { group: 'test.dev', versions: ['v2', 'v1', 'v1beta1'], plural: 'things' })).toBe('v1');
  expect(await servedVersion(client, { group: 'test.dev', versions: ['v1'], plural: 'others' })).toBeNull();
  expect(await servedVersion(client, { ...INGRESSES, versions: ['v1'] })).toBe('v1');
  api.faults.add({ status: 503 });
  expect((await errorOf(servedVersion(client, { ...INGRESSES, versions: ['v1'] }))).code).toBe('GW_K8S_SERVER');
});
