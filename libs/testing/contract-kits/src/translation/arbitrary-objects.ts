import type { KubeObject } from '@gibbon/contracts/resource';
import fc from 'fast-check';
import { endpointSlice, ingress, kubeObject, plugin, service, type Fields } from './object-builders.ts';

const namespaces = fc.constantFrom('shop', 'ops');
const names = fc.constantFrom('a', 'b', 'c');
const created = fc.constantFrom('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z');
const pluginList = fc.constantFrom('', 'a', 'b', 'a,b', 'ops:a', 'c,nowhere');
const kongClass = { 'kubernetes.io/ingress.class': 'kong' };

const ingresses = fc
  .record({
    name: names,
    service: names,
    host: fc.constantFrom('one.test', 'two.test'),
    plugins: pluginList,
    namespace: namespaces,
    created,
    port: fc.constantFrom({ number: 80 }, { name: 'http' }, { number: 81 }),
    ingressClass: fc.constantFrom('kong', 'nginx', undefined),
    isDefault: fc.boolean(),
    tlsSecret: fc.constantFrom('tls-a', 'tls-b', 'tls-c'),
  })
  .map(({ name, ...options }) => ingress(name, options));

const services = fc
  .record({
    name: names,
    namespace: namespaces,
    plugins: pluginList,
    policy: fc.constantFrom('', 'a', 'nowhere'),
    protocol: fc.constantFrom('http', 'https', 'https', 'bad'),
    cert: fc.constantFrom('', 'tls-a'),
  })
  .map(({ name, namespace, plugins, policy, protocol, cert }) =>
    service(
      name,
      {
        'konghq.com/plugins': plugins,
        'konghq.com/upstream-policy': policy,
        'konghq.com/protocol': protocol,
        'konghq.com/client-cert': cert,
      },
      namespace,
    ),
  );

const slices = fc
  .record({ of: names, addresses: fc.subarray(['10.0.0.1', '10.0.0.2', '10.0.0.3']), namespace: namespaces })
  .map(({ of, addresses, namespace }) => endpointSlice(of, addresses, namespace));

const plugins = fc
  .record({
    name: names,
    namespace: namespaces,
    kind: fc.constantFrom('correlation-id', 'cors'),
    from: fc.constantFrom('config', 'secret'),
    instance: fc.constantFrom(undefined, 'x'),
  })
  .map(({ name, namespace, kind, from, instance }) =>
    plugin(
      name,
      {
        plugin: kind,
        ...(from === 'secret' && { config: undefined, configFrom: { secretKeyRef: { name: 'config', key: 'json' } } }),
        ...(instance !== undefined && { instance_name: instance }),
      },
      namespace,
    ),
  );

const clusterPlugins = fc
  .record({ name: names, isGlobal: fc.boolean() })
  .map(({ name, isGlobal }) =>
    kubeObject(
      'configuration.konghq.com/v1',
      'KongClusterPlugin',
      { name, annotations: kongClass, labels: isGlobal ? { global: 'true' } : {} },
      { plugin: 'key-auth' },
    ),
  );

const consumers = fc
  .record({ name: names, namespace: namespaces, plugins: pluginList, username: fc.constantFrom('bob', 'alice'), created })
  .map(({ name, namespace, plugins: bound, username, created: creationTimestamp }) =>
    kubeObject(
      'configuration.konghq.com/v1',
      'KongConsumer',
      {
        namespace,
        name,
        creationTimestamp,
        annotations: { ...kongClass, 'konghq.com/plugins': bound },
      },
      { username, credentials: ['key-a', 'key-b'] },
    ),
  );

const policies = fc
  .record({ namespace: namespaces, algorithm: fc.constantFrom('latency', 'sticky-sessions') })
  .map(({ namespace, algorithm }) =>
    kubeObject('configuration.konghq.com/v1beta1', 'KongUpstreamPolicy', { namespace, name: 'a' }, { spec: { algorithm } }),
  );

const classes = fc.boolean().map((isDefault) =>
  kubeObject(
    'networking.k8s.io/v1',
    'IngressClass',
    {
      name: 'kong',
      annotations: { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) },
    },
    { spec: { controller: 'ingress-controllers.konghq.com/kong' } },
  ),
);

const grants = namespaces.map((namespace) =>
  kubeObject(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    { namespace, name: 'a' },
    {
      spec: {
        from: [{ group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop' }],
        to: [{ group: 'configuration.konghq.com', kind: 'KongPlugin' }],
      },
    },
  ),
);

/** Keys that some kind of credential needs. */
const CREDENTIAL_KEYS: readonly string[] = ['key', 'group', 'username', 'password', 'client_id', 'name'];

function secrets(pairs: readonly Fields[]): fc.Arbitrary<KubeObject> {
  return fc.oneof(
    fc
      .record({
        name: fc.constantFrom('tls-a', 'tls-b', 'tls-c'),
        namespace: namespaces,
        pair: fc.constantFrom(...pairs, { 'tls.crt': 'x', 'tls.key': 'y' }),
        created,
      })
      .map(({ name, namespace, pair, created: creationTimestamp }) =>
        kubeObject('v1', 'Secret', { namespace, name, creationTimestamp }, { type: 'kubernetes.io/tls', stringData: pair }),
      ),
    fc
      .record({
        name: fc.constantFrom('key-a', 'key-b'),
        namespace: namespaces,
        type: fc.constantFrom('key-auth', 'acl', 'basic-auth', 'hmac-auth', 'jwt', 'oauth2'),
        value: names,
      })
      .map(({ name, namespace, type, value }) =>
        kubeObject(
          'v1',
          'Secret',
          { namespace, name, labels: { 'konghq.com/credential': type } },
          { stringData: Object.fromEntries(CREDENTIAL_KEYS.map((key) => [key, value])) },
        ),
      ),
    fc
      .record({ namespace: namespaces, json: fc.constantFrom('{"header_name":"x"}', 'a: [') })
      .map(({ namespace, json }) => kubeObject('v1', 'Secret', { namespace, name: 'config' }, { stringData: { json } })),
  );
}

/**
 * Any object of a small cluster, whose few names make objects meet.
 * @param pairs `tls.crt` and `tls.key` of certificates, PEM.
 */
export function arbitraryObject(pairs: readonly Fields[]): fc.Arbitrary<KubeObject> {
  return fc.oneof(
    { weight: 4, arbitrary: ingresses },
    { weight: 3, arbitrary: services },
    { weight: 3, arbitrary: secrets(pairs) },
    { weight: 2, arbitrary: plugins },
    { weight: 2, arbitrary: consumers },
    ...[slices, clusterPlugins, policies, classes, grants].map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}
