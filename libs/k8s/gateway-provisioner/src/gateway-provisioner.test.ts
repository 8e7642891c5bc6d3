import type { KubeObject } from '@gibbon/contracts/resource';
import type { StoredObject } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gateway, gatewayClass, httpListener } from './testing/gateway-objects.ts';
import { ProvisionerWorld } from './testing/provisioner-world.ts';

const ALL = [
  'Deployment web-gibbon',
  'Secret web-gibbon-admin-tls',
  'Service web-gibbon',
  'Service web-gibbon-admin',
  'ServiceAccount web-gibbon',
];

let world: ProvisionerWorld;

beforeEach(async () => {
  world = await ProvisionerWorld.open();
});

afterEach(async () => {
  await world.close();
  expect(world.services.clock.pending).toBe(0);
});

async function provisioned(...objects: readonly KubeObject[]): Promise<void> {
  world.start(...(objects.length === 0 ? [gatewayClass(), gateway()] : objects));
  await world.until(() => world.names().length === 5);
  await world.settle();
  world.writes();
}

const get = (kind: string, name = 'web-gibbon'): StoredObject => {
  const found = world.api.get(kind, 'default', name);
  if (found === null) throw new Error(`${kind} ${name} is not there`);
  return found;
};

const ports = (): unknown => (get('Service')['spec'] as { ports: { port: number }[] }).ports.map(({ port }) => port);

describe('a managed Gateway', () => {
  it('gets its proxies, with one request for each object and one to see that the name is free', async () => {
    world.start(gatewayClass(), gateway());
    await world.until(() => world.names().length === 5);
    await world.settle();
    expect(world.names()).toEqual(ALL);
    expect(world.writes()).toHaveLength(5);
    expect(world.api.requests.filter(({ verb }) => verb === 'get')).toHaveLength(5);
    for (const { metadata } of [get('Deployment'), get('Service'), get('Secret', 'web-gibbon-admin-tls'), get('ServiceAccount')]) {
      expect(metadata['ownerReferences']).toEqual([
        { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: 'web', uid: world.uidOf(gateway()), controller: true },
      ]);
    }
    expect(world.services.lines.filter(({ level }) => level === 'info')).toMatchObject([{ fields: { ref: 'default/web', changes: 5 } }]);
  });

  it('has the certificate of its proxies in the Secret', async () => {
    await provisioned();
    const data = get('Secret', 'web-gibbon-admin-tls')['data'] as Record<string, string>;
    const texts = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    expect(texts).toEqual([
      ['ca.crt', 'authority'],
      ['tls.crt', 'certificate 1'],
      ['tls.key', 'key 1'],
    ]);
    expect(world.authority.planes).toEqual([world.uidOf(gateway())]);
  });

  it('costs nothing more as long as nothing changes, also for the next leader', async () => {
    await provisioned();
    world.put(gateway({}, { generation: 2 }), gatewayClass('gibbon', { spec: { description: 'other' } }));
    await world.settle();
    world.leadership.set(false);
    world.leadership.set(true);
    await world.settle();
    expect([world.writes(), world.authority.issued]).toEqual([[], 1]);
  });

  it('opens and closes ports without another Deployment', async () => {
    await provisioned();
    world.put(gateway({ listeners: [httpListener(8080), httpListener(80), httpListener(8080, { name: 'b', hostname: 'b.test' })] }));
    await world.until(() => world.writes().length > 0);
    await world.settle();
    expect([ports(), get('Deployment').metadata.generation]).toEqual([[80, 8080], 1]);
    world.put(gateway({ listeners: [httpListener(8080)] }));
    await world.until(() => JSON.stringify(ports()) === '[8080]');
    expect(world.writes()).toEqual(['patch services web-gibbon']);
  });

  it('keeps its Service while no listener can be served', async () => {
    await provisioned();
    world.put(gateway({ listeners: [httpListener(80, { protocol: 'UDP' })] }));
    await world.settle();
    expect([world.writes(), world.names()]).toEqual([[], ALL]);
  });

  it('gets what it lacks, of labels and annotations too, when it asks for other infrastructure', async () => {
    await provisioned();
    world.put(gateway({ infrastructure: { labels: { team: 'blue' }, annotations: { note: 'x' } } }));
    await world.until(() => get('Deployment').metadata.labels?.['team'] === 'blue');
    await world.settle();
    const template = (get('Deployment')['spec'] as { template: KubeObject }).template;
    for (const { metadata } of [get('Service'), get('Service', 'web-gibbon-admin'), get('ServiceAccount'), template])
      expect(metadata).toMatchObject({ labels: { team: 'blue' }, annotations: { note: 'x' } });
  });

  it('is left alone where it, or its class, asks for parameters', async () => {
    const infrastructure = { parametersRef: { group: 'example.test', kind: 'Config', name: 'c' } };
    const parametersRef = infrastructure.parametersRef;
    world.start(gatewayClass(), gatewayClass('odd', { spec: { parametersRef } }), gateway({ infrastructure }));
    world.put(gateway({ gatewayClassName: 'odd' }, { name: 'other' }));
    await world.settle();
    expect(world.names()).toEqual([]);
    world.put(gateway());
    await world.until(() => world.names().length === 5);
    world.put(gateway({ infrastructure }));
    await world.settle();
    expect(world.names()).toEqual(ALL);
  });

  it('is left alone while it is being deleted', async () => {
    world.start(gatewayClass(), gateway({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    await world.settle();
    expect(world.names()).toEqual([]);
  });
});

describe('a Gateway that is not managed', () => {
  it('has no proxies, and loses those that it had', async () => {
    await provisioned();
    world.put(gatewayClass('gibbon', { annotations: { 'konghq.com/gatewayclass-unmanaged': 'true' } }));
    await world.until(() => world.names().length === 0);
    await world.settle();
    expect(world.writes().filter((write) => write.startsWith('delete'))).toHaveLength(5);
    world.put(gatewayClass());
    await world.until(() => world.names().length === 5);
    await world.settle();
    expect(world.services.lines.filter(({ message }) => message.includes('by somebody'))).toEqual([]);
  });

  it('keeps its proxies when the class is deleted, as that may come back', async () => {
    await provisioned();
    world.remove(gatewayClass());
    await world.settle();
    expect([world.writes(), world.names()]).toEqual([[], ALL]);
  });

  it('loses its proxies when another controller has its class', async () => {
    await provisioned();
    world.api.put({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'other' },
      spec: { controllerName: 'other.test/x' },
    });
    // Made by that controller, which may be another of our kind.
    const labels = { 'gibbon.dev/gateway-uid': world.uidOf(gateway()) ?? '' };
    world.api.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: 'web-other', labels } });
    world.put(gateway({ gatewayClassName: 'other' }));
    await world.until(() => world.names().length === 1);
    await world.settle();
    expect(world.names()).toEqual(['ServiceAccount web-other']);
  });

  it('has objects named after its class: those of the class that it had before go', async () => {
    await provisioned();
    world.put(gatewayClass('second'), gateway({ gatewayClassName: 'second' }));
    await world.until(() => world.names().length === 5 && world.names().includes('Deployment web-second'));
    await world.settle();
    expect(world.names()).toEqual(ALL.map((name) => name.replace('web-gibbon', 'web-second')));
  });
});

describe('what others do to the objects', () => {
  it('is undone: deleted ones come back, changed ones are as they were', async () => {
    await provisioned();
    world.api.remove('Service', 'default', 'web-gibbon');
    await world.until(() => world.names().length === 5);
    const { metadata, spec } = get('Deployment') as StoredObject & { spec: object };
    world.api.put({ ...get('Deployment'), metadata: { ...metadata, labels: {} }, spec: { ...spec, revisionHistoryLimit: 9 } } as never);
    await world.until(() => (get('Deployment')['spec'] as { revisionHistoryLimit: number }).revisionHistoryLimit === 2);
    await world.settle();
    expect(get('Deployment').metadata.labels).toMatchObject({ 'gibbon.dev/gateway-uid': world.uidOf(gateway()) });
    expect(world.services.lines.map(({ message }) => message)).toContain(
      'the objects of a Gateway were changed by somebody, and are as they were',
    );
  });

  it('costs a request and nothing else where it is theirs to do', async () => {
    await provisioned();
    const service = get('Service');
    world.api.put({ ...service, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } } as never);
    await world.settle();
    expect(world.services.lines.filter(({ message }) => message.includes('by somebody'))).toEqual([]);
    expect(world.writes()).toEqual(['patch services web-gibbon']);
  });

  it('is not undone where the Gateway has gone before anybody told', async () => {
    await provisioned();
    world.api.remove('Gateway', 'default', 'web');
    for (const name of world.names()) {
      const [kind = '', object = ''] = name.split(' ');
      world.api.remove(kind, 'default', object);
    }
    await world.settle();
    expect([world.names(), world.writes(), world.problems.size]).toEqual([[], [], 0]);
  });

  it('is undone less and less often where it is done again and again', async () => {
    await provisioned();
    for (let passedMs = 0; passedMs < 60_000; passedMs += 100) {
      const service = get('Service', 'web-gibbon-admin');
      const spec = { ...(service['spec'] as object), publishNotReadyAddresses: false };
      world.api.put({ ...service, spec } as never);
      await world.services.clock.advanceAsync(100);
    }
    expect(world.writes().length).toBeGreaterThan(4);
    expect(world.writes().length).toBeLessThan(20);
  });

  it('leaves objects alone that are theirs, and says so', async () => {
    world.api.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name: 'web-gibbon' },
      spec: { ports: [{ port: 1 }] },
    });
    world.start(gatewayClass(), gateway());
    await world.until(() => world.problems.size > 0);
    expect([...world.problems]).toEqual([
      ['default/web', 'Service default/web-gibbon exists and is not of this Gateway; delete it, or give the Gateway another name'],
    ]);
    expect(ports()).toEqual([1]);
    world.api.remove('Service', 'default', 'web-gibbon');
    await world.until(() => world.names().length === 5 && world.problems.size === 0);
  });

  it('makes room for a Gateway of the same name as an earlier one', async () => {
    await provisioned();
    world.remove(gateway());
    world.put(gateway());
    await world.until(
      () => world.names().length === 5 && get('Deployment').metadata.labels?.['gibbon.dev/gateway-uid'] === world.uidOf(gateway()),
    );
    await world.settle();
    expect(get('Deployment')['spec']).toMatchObject({ selector: { matchLabels: { 'gibbon.dev/gateway-uid': world.uidOf(gateway()) } } });
    expect(world.problems.size).toBe(0);
  });

  it('is waited for where an object cannot go at once', async () => {
    await provisioned();
    const service = get('Service');
    world.api.put({ ...service, metadata: { ...service.metadata, finalizers: ['example.test/hold'] } } as never);
    await world.settle();
    world.remove(gateway());
    world.put(gateway());
    await world.until(() => get('Service').metadata.deletionTimestamp !== undefined);
    await world.settle(5000);
    expect(world.problems.size).toBe(0);
    world.api.put({ ...get('Service'), metadata: { ...get('Service').metadata, finalizers: [] } } as never);
    await world.until(
      () => world.names().length === 5 && get('Service').metadata.labels?.['gibbon.dev/gateway-uid'] === world.uidOf(gateway()),
    );
  });
});

describe('failures', () => {
  it('are told once with what is missing, tried again, and over when they are', async () => {
    const allow = world.api.faults.forbid({ plural: 'deployments', verb: 'patch' });
    world.start(gatewayClass(), gateway());
    await world.until(() => world.problems.size > 0);
    expect(world.problems.get('default/web')).toContain(
      'add to a ClusterRole bound to this service account: {apiGroups: ["apps"], resources: ["deployments"], verbs: ["create", "patch"]}',
    );
    await world.settle(10_000);
    expect(world.writes().filter((write) => write.includes('deployments')).length).toBeLessThan(12);
    allow();
    await world.until(() => world.names().length === 5 && world.problems.size === 0);
  });

  it('are over with their Gateway', async () => {
    world.api.faults.add({ match: { plural: 'deployments', verb: 'patch' }, status: 422, message: 'exceeded quota' });
    world.start(gatewayClass(), gateway());
    await world.until(() => world.problems.size > 0);
    expect(world.problems.get('default/web')).toContain('exceeded quota');
    world.remove(gateway());
    expect(world.problems.size).toBe(0);
  });

  it('of one Gateway do not concern others', async () => {
    world.api.faults.add({ match: { namespace: 'shop' }, status: 500 });
    world.start(gatewayClass(), gateway(), gateway({}, { namespace: 'shop', name: 'shop' }));
    await world.until(() => world.names().length === 5);
    expect(world.names('shop')).toEqual([]);
  });

  it('of the server pass', async () => {
    world.start(gatewayClass());
    await world.settle();
    await world.api.pause();
    world.put(gateway());
    await world.settle();
    await world.api.resume();
    await world.until(() => world.names().length === 5);
    expect(world.problems.size).toBe(0);
  });

  it('to follow objects keep nobody from having proxies', async () => {
    world.api.faults.forbid({ plural: 'serviceaccounts', verb: 'list' });
    world.start(gatewayClass(), gateway());
    await world.until(() => world.names().length === 5);
    expect(world.services.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { kind: 'ServiceAccount', advice: expect.stringContaining('verbs: ["list", "watch"]') as string } },
    ]);
  });
});

describe('a follower', () => {
  it('makes nothing, and everything as soon as it leads', async () => {
    world.leadership.leading = false;
    world.start(gatewayClass(), gateway());
    await world.settle();
    expect(world.writes()).toEqual([]);
    world.leadership.set(true);
    await world.until(() => world.names().length === 5);
  });

  it('that leads again notices what is changed from then on', async () => {
    await provisioned();
    world.leadership.set(false);
    world.leadership.set(true);
    await world.settle();
    const { spec, ...deployment } = get('Deployment') as StoredObject & { spec: object };
    world.api.put({ ...deployment, spec: { ...spec, revisionHistoryLimit: 9 } } as never);
    await world.until(() => (get('Deployment')['spec'] as { revisionHistoryLimit: number }).revisionHistoryLimit === 2);
  });

  it('that has led makes nothing any more', async () => {
    await provisioned();
    world.leadership.set(false);
    world.api.remove('Service', 'default', 'web-gibbon');
    world.put(gateway({ listeners: [httpListener(8080)] }));
    await world.settle();
    expect(world.writes()).toEqual([]);
  });

  it('waits for what exists before it begins', async () => {
    world.put(gatewayClass(), gateway());
    world.provisioner.start(world.authority);
    await world.settle();
    expect(world.writes()).toEqual([]);
    world.provisioner.synced();
    await world.until(() => world.names().length === 5);
  });
});

describe('homes of planes', () => {
  it('are namespaces of managed Gateways', async () => {
    let changes = 0;
    const { gateways } = world.provisioner;
    const subscription = gateways.onChange(() => void changes++);
    world.put(gateway());
    const uid = world.uidOf(gateway());
    expect(gateways.homeOf(uid)).toBeNull();
    world.put(gatewayClass());
    expect([gateways.homeOf(uid), gateways.homeOf('other'), changes]).toEqual(['default', null, 2]);
    world.remove(gateway());
    expect([gateways.homeOf(uid), changes]).toEqual([null, 3]);
    void subscription.dispose();
    world.put(gateway());
    expect(changes).toBe(3);
  });
});

describe('the pods of many Gateways', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const blue = { infrastructure: { labels: { team: 'blue' } } };
  const isBlue = (name: string): boolean => get('Deployment', `${name}-gibbon`).metadata.labels?.['team'] === 'blue';
  const available = (name: string): void => {
    const deployment = get('Deployment', `${name}-gibbon`);
    const status = { observedGeneration: deployment.metadata.generation, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    world.api.put({ ...deployment, status });
  };

  beforeEach(async () => {
    world.start(gatewayClass(), ...names.map((name) => gateway({}, { name })));
    await world.until(() => world.names().length === 5 * names.length);
    await world.settle();
    world.put(...names.map((name) => gateway(blue, { name, generation: 2 })));
  });

  it('are replaced four at a time, others as soon as one has its new ones', async () => {
    await world.settle(5000);
    const first = names.filter(isBlue);
    expect(first).toHaveLength(4);
    // Services and Secrets wait for nobody.
    expect(names.every((name) => get('Service', `${name}-gibbon`).metadata.labels?.['team'] === 'blue')).toBe(true);
    available(first[0] ?? '');
    await world.settle(4000);
    expect(names.filter(isBlue)).toHaveLength(5);
    available(first[1] ?? '');
    await world.settle(4000);
    expect(names.every(isBlue)).toBe(true);
    expect(world.services.lines.filter(({ message }) => message.includes('changed by somebody'))).toEqual([]);
  });

  it('are replaced in the end also where those of others never become available', async () => {
    await world.settle(100_000);
    expect(names.filter(isBlue)).toHaveLength(4);
    await world.settle(30_000);
    expect(names.every(isBlue)).toBe(true);
  });
});
