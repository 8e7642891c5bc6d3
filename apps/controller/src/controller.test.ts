import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServices, type LoggedLine } from '@gibbon/testing-contract-kits';
import { KubeApi, type StoredObject } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startController, type RunningController } from './controller.ts';
import type { ClusterOptions, ControllerOptions, OperationOptions } from './options.ts';

const ANYWHERE = { host: '127.0.0.1', port: 0, required: true };
const CONSUMERS = {
  group: 'configuration.konghq.com',
  versions: ['v1'],
  kind: 'KongConsumer',
  plural: 'kongconsumers',
  namespaced: true,
  status: true,
};

let api: KubeApi;
let folder: string;
let services: TestServices;
let controller: RunningController | null;

beforeEach(async () => {
  api = await KubeApi.start({ kinds: [CONSUMERS] });
  folder = mkdtempSync(join(tmpdir(), 'gibbon-controller-'));
  services = new TestServices();
  controller = null;
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: api.url } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
});

afterEach(async () => {
  await controller?.stop();
  await api.close();
  rmSync(folder, { recursive: true });
});

function options(cluster: Partial<ClusterOptions> = {}, operation: Partial<OperationOptions> = {}): ControllerOptions {
  const kubeconfig = join(folder, 'kubeconfig');
  return {
    sources: [{ kind: 'source', name: 'kubernetes', config: { kubeconfig } }],
    cluster: { kubeconfig, context: '', leaseName: 'test', updateStatus: true, emitEvents: true, proxies: null, ...cluster },
    settings: {
      ingressClass: 'kong',
      ingressClassController: 'ingress-controllers.konghq.com/kong',
      clusterDomain: '',
      drainSupport: false,
      publishService: { namespace: 'gibbon', name: 'proxy' },
    },
    operation: { health: ANYWHERE, metrics: ANYWHERE, diagnostics: ANYWHERE, dumpSensitive: false, ...operation },
    profile: { kind: 'gibbon', version: '3.9', routerFlavor: 'traditional_compatible' },
    publishers: [{ kind: 'publisher', name: 'file', config: { path: join(folder, 'kong.json') } }],
    modules: { names: [], folder },
  };
}

function put(apiVersion: string, kind: string, metadata: object, fields: object): StoredObject {
  return api.put({ apiVersion, kind, metadata, ...fields } as Parameters<KubeApi['put']>[0]);
}

function putObjects(): void {
  put(
    'v1',
    'Service',
    { namespace: 'gibbon', name: 'proxy' },
    {
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    },
  );
  const backend = { service: { name: 'nowhere', port: { number: 80 } } };
  const rules = [{ host: 'shop.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  put('networking.k8s.io/v1', 'Ingress', { namespace: 'shop', name: 'web' }, { spec: { ingressClassName: 'kong', rules } });
  const annotations = { 'kubernetes.io/ingress.class': 'kong' };
  put('configuration.konghq.com/v1', 'KongConsumer', { namespace: 'shop', name: 'bob', annotations }, { username: 'bob' });
}

/** Where something answers, as the log has it. */
function urlOf(what: string): string {
  const line = services.lines.find((each: LoggedLine) => each.message === 'listening' && each.fields['what'] === what);
  return `http://${String(line?.fields['address'])}`;
}

const statusOf = (kind: string, name: string): unknown => api.get(kind, 'shop', name)?.['status'];
const text = async (what: string, path: string): Promise<string> => (await fetch(`${urlOf(what)}${path}`)).text();

describe('a controller on a cluster', () => {
  it('says in statuses and Events what became of objects, and answers who asks', async () => {
    putObjects();
    controller = await startController(options(), services.logger);
    await expect.poll(() => statusOf('Ingress', 'web')).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    await expect
      .poll(() => statusOf('KongConsumer', 'bob'))
      .toMatchObject({ conditions: [{ type: 'Programmed', status: 'True', reason: 'Programmed' }] });
    await expect
      .poll(() => api.list('Event'), { timeout: 5000 })
      .toMatchObject([
        {
          involvedObject: { kind: 'Ingress', namespace: 'shop', name: 'web' },
          reason: 'KongConfigurationTranslationFailed',
          message: expect.stringContaining('spec.rules.1.http.paths.1.backend.service.name: ') as string,
        },
      ]);
    expect(await text('health', '/readyz')).toBe('ok\n');
    expect(await text('metrics', '/metrics')).toContain('gibbon_controller_status_writes_total{resource="ingresses",outcome="written"} 1');
    expect(JSON.parse(await text('diagnostics', '/debug/objects/Ingress/shop/web'))).toMatchObject({ verdict: 'served, with problems' });
    expect(JSON.parse(await text('diagnostics', '/debug/objects/Ingress/shop/none'))).toMatchObject({
      verdict: 'not live: the cluster has no such object',
    });
    expect(readFileSync(join(folder, 'kong.json'), 'utf8')).toContain('shop.nowhere.80');
  });

  it('writes neither where it is told not to', async () => {
    putObjects();
    controller = await startController(options({ updateStatus: false, emitEvents: false }), services.logger);
    await expect.poll(() => api.list('Lease').length).toBe(1);
    await controller.stop();
    controller = null;
    const written = api.requests.filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb));
    expect(new Set(written.map(({ plural }) => plural))).toEqual(new Set(['leases']));
  });

  it('does not start without an address that it must have, and leaves nothing open then', async () => {
    controller = await startController(options(), services.logger);
    const port = Number(urlOf('health').split(':').at(-1));
    await expect(startController(options({}, { health: { ...ANYWHERE, port } }), services.logger)).rejects.toMatchObject({
      code: 'GW_DIAGNOSTICS_LISTEN',
    });
    services.lines.length = 0;
    const second = await startController(options({}, { health: { ...ANYWHERE, port, required: false } }), services.logger);
    expect(services.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'not listening: the usual address cannot be had',
    ]);
    await second.stop();
  });
});
