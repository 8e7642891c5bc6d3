import type { Gateway } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { gateway, httpListener } from '../testing/gateway-objects.ts';
import { desiredObjects, HASH_ANNOTATION, type DesiredObject } from './desired-objects.ts';
import type { PodContext } from './deployment.ts';

const CONTEXT: PodContext = {
  settings: { image: 'proxy:1', imagePullPolicy: null, imagePullSecrets: [], replicas: null, workers: 0, logLevel: 'info' },
  authority: 'a1',
};

const all = (of: Gateway, context = CONTEXT): readonly DesiredObject[] => desiredObjects(of, context).flat();

function find(objects: readonly DesiredObject[], kind: string, name = 'web-gibbon'): DesiredObject {
  const found = objects.find((object) => object.kind === kind && object.body.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** Hashes of what is another for the second Gateway or context than for the first. */
function changed(before: readonly DesiredObject[], after: readonly DesiredObject[]): readonly string[] {
  return after
    .filter(({ kind, hash, body }) => find(before, kind, body.metadata.name).hash !== hash)
    .map(({ kind, body }) => `${kind} ${body.metadata.name}`);
}

const templateOf = (object: DesiredObject): unknown => (object.body as unknown as { spec: { template: unknown } }).spec.template;

describe('the objects of a Gateway', () => {
  it('are made in an order in which no pod waits for what it needs', () => {
    expect(desiredObjects(gateway(), CONTEXT).map((group) => group.map(({ kind, body }) => `${kind} ${body.metadata.name}`))).toEqual([
      ['ServiceAccount web-gibbon', 'Secret web-gibbon-admin-tls'],
      ['Deployment web-gibbon', 'Service web-gibbon-admin', 'Service web-gibbon'],
    ]);
  });

  it('are its own, by labels and owner, and know what they were made from', () => {
    for (const { body, hash } of all(gateway())) {
      expect(body.metadata).toMatchObject({
        namespace: 'default',
        labels: {
          'app.kubernetes.io/managed-by': 'gibbon',
          'gateway.networking.k8s.io/gateway-name': 'web',
          'gibbon.dev/gateway-uid': 'uid-web',
        },
        annotations: { [HASH_ANNOTATION]: hash },
        ownerReferences: [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: 'web', uid: 'uid-web', controller: true }],
      });
    }
  });

  it('have the labels and annotations that it asks for, but for those that say what they are', () => {
    const infrastructure = {
      labels: { team: 'blue', 'gibbon.dev/role': 'admin', 'gibbon.dev/gateway-uid': 'other', 'app.kubernetes.io/managed-by': 'x' },
      annotations: { note: 'x' },
    };
    const objects = all(gateway({ infrastructure }));
    const metadata = [
      ...objects.map(({ body }) => body.metadata),
      (templateOf(find(objects, 'Deployment')) as { metadata: object }).metadata,
    ];
    expect(metadata).toHaveLength(6);
    for (const each of metadata) {
      expect(each).toMatchObject({ labels: { team: 'blue', 'gibbon.dev/gateway-uid': 'uid-web' }, annotations: { note: 'x' } });
    }
    const roles = objects.filter(({ body }) => body.metadata.labels['gibbon.dev/role'] === 'admin');
    expect(roles.map(({ body }) => body.metadata.name)).toEqual(['web-gibbon-admin']);
  });

  it('may have names that are longer than a Service can have', () => {
    const long = gateway({}, { name: `${'long.name-'.repeat(24)}end` });
    for (const { kind, body } of all(long)) {
      const { name, labels } = body.metadata;
      expect(name).toMatch(/^[a-z][-a-z0-9]*[a-z0-9]$/);
      expect(name.length).toBeLessThanOrEqual(kind === 'Secret' ? 253 : 63);
      expect(labels['gateway.networking.k8s.io/gateway-name']?.length).toBeLessThanOrEqual(63);
    }
  });
});

describe('the Deployment', () => {
  it('runs proxies that may do nothing but serve', () => {
    expect(find(all(gateway()), 'Deployment').body).toMatchObject({
      spec: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        selector: { matchLabels: { 'gibbon.dev/gateway-uid': 'uid-web' } },
        template: {
          metadata: { annotations: { 'gibbon.dev/admin-authority': 'a1' } },
          spec: {
            serviceAccountName: 'web-gibbon',
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
            containers: [
              {
                name: 'proxy',
                image: 'proxy:1',
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
                env: [
                  { name: 'GIBBON_PROXY_LISTEN', value: 'off' },
                  { name: 'GIBBON_ADMIN_LISTEN', value: '0.0.0.0:8444 ssl' },
                  { name: 'GIBBON_STATUS_LISTEN', value: '0.0.0.0:8100' },
                  { name: 'GIBBON_WORKERS', value: '0' },
                  { name: 'GIBBON_CONFIG_CACHE', value: '/var/cache/gibbon/configuration' },
                  { name: 'GIBBON_LOG_LEVEL', value: 'info' },
                  { name: 'GIBBON_LOG_FORMAT', value: 'json' },
                  { name: 'GIBBON_ADMIN_SSL_CERT', value: '/etc/gibbon/admin/tls.crt' },
                  { name: 'GIBBON_ADMIN_SSL_KEY', value: '/etc/gibbon/admin/tls.key' },
                  { name: 'GIBBON_ADMIN_SSL_CLIENT_CA', value: '/etc/gibbon/admin/ca.crt' },
                ],
                ports: [
                  { name: 'admin', containerPort: 8444 },
                  { name: 'status', containerPort: 8100 },
                ],
                readinessProbe: { httpGet: { path: '/status/ready', port: 'status' } },
                livenessProbe: { httpGet: { path: '/status', port: 'status' } },
              },
            ],
            volumes: [
              { name: 'cache', emptyDir: {} },
              { name: 'admin-tls', secret: { secretName: 'web-gibbon-admin-tls' } },
            ],
          },
        },
      },
    });
  });

  it('leaves the number of proxies to others, unless a setting has one', () => {
    const { settings } = CONTEXT;
    expect(find(all(gateway()), 'Deployment').body).not.toHaveProperty('spec.replicas');
    const scaled = all(gateway(), {
      ...CONTEXT,
      settings: { ...settings, replicas: 3, imagePullPolicy: 'Never', imagePullSecrets: ['registry'] },
    });
    expect(find(scaled, 'Deployment').body).toMatchObject({
      spec: { replicas: 3, template: { spec: { imagePullSecrets: [{ name: 'registry' }], containers: [{ imagePullPolicy: 'Never' }] } } },
    });
  });

  it('has no certificates, and an Admin API without TLS, where there is no authority', () => {
    const objects = all(gateway(), { ...CONTEXT, authority: null });
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
    const text = JSON.stringify(find(objects, 'Deployment').body);
    expect(text).toContain('"0.0.0.0:8444"');
    expect(text).not.toContain('SSL');
    expect(text).not.toContain('admin-tls');
  });

  it('has the same pods whatever the listeners and addresses are', () => {
    const before = all(gateway());
    const after = all(
      gateway(
        { listeners: [httpListener(8080)], addresses: [{ value: '192.0.2.7' }] },
        { generation: 7, annotations: { own: 'x' }, labels: { own: 'x' } },
      ),
    );
    expect(changed(before, after)).toEqual(['Service web-gibbon']);
  });

  it('has other pods for another authority, which is another Secret too', () => {
    expect(changed(all(gateway()), all(gateway(), { ...CONTEXT, authority: 'a2' }))).toEqual([
      'Secret web-gibbon-admin-tls',
      'Deployment web-gibbon',
    ]);
  });
});

describe('the Services', () => {
  it('have a port for each port of a listener that can be served', () => {
    const listeners = [
      httpListener(8080),
      httpListener(80, { name: 'a', hostname: 'a.test' }),
      httpListener(80, { name: 'b', hostname: 'b.test' }),
      httpListener(443, { protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }),
      httpListener(53, { protocol: 'UDP' }),
      httpListener(8444),
    ];
    const port = (number: number): object => ({ name: `port-${number}`, port: number, targetPort: number, protocol: 'TCP' });
    expect(find(all(gateway({ listeners })), 'Service').body).toMatchObject({
      spec: { type: 'LoadBalancer', selector: { 'gibbon.dev/gateway-uid': 'uid-web' }, ports: [port(80), port(443), port(8080)] },
    });
  });

  it('ask for the address that the Gateway asks for', () => {
    const addresses = [{ type: 'Hostname', value: 'web.test' }, { type: 'IPAddress' }, { value: '192.0.2.7' }, { value: '192.0.2.8' }];
    expect(find(all(gateway({ addresses })), 'Service').body).toMatchObject({ spec: { loadBalancerIP: '192.0.2.7' } });
    expect(find(all(gateway()), 'Service').body).not.toHaveProperty('spec.loadBalancerIP');
  });

  it('for traffic are none without ports', () => {
    const names = all(gateway({ listeners: [httpListener(53, { protocol: 'UDP' })] })).filter(({ kind }) => kind === 'Service');
    expect(names.map(({ body }) => body.metadata.name)).toEqual(['web-gibbon-admin']);
  });

  it('for administration show proxies that are not ready', () => {
    expect(find(all(gateway()), 'Service', 'web-gibbon-admin').body).toMatchObject({
      metadata: { labels: { 'gibbon.dev/role': 'admin', 'gibbon.dev/gateway-uid': 'uid-web' } },
      spec: { clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ name: 'admin', port: 8444 }] },
    });
  });
});
