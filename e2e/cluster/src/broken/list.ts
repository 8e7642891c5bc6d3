import { httpRoute, ingress, kongPlugin } from '../support/manifests.ts';
import type { KubeObject } from '../support/objects.ts';

/** Where the broken objects are. */
export const NAMESPACE = 'broken';

/** An object that is wrong in one way. */
export interface BrokenObject {
  /** For people. */
  readonly what: string;
  /** What is applied: the object, and what it takes to make it matter. */
  readonly objects: readonly object[];
  /** Of which something must be said. */
  readonly about: KubeObject;
  /** What has to be said, as `<reason>: <message>`. */
  readonly says: RegExp;
}

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const KONG = 'configuration.konghq.com/v1';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const host = (name: string): string => `${name}.broken.test`;

/** @param others what it takes besides. */
function broken(object: object, says: RegExp, others: readonly object[] = []): BrokenObject {
  const about = object as KubeObject;
  return { what: `${about.kind}/${about.metadata.name}`, objects: [...others, object], about, says };
}

function annotated(object: object, annotations: Readonly<Record<string, string>>): object {
  const { metadata, ...rest } = object as KubeObject;
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

function service(name: string, annotations: Readonly<Record<string, string>>): object {
  const spec = { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { ...at(name), annotations }, spec };
}

function secret(name: string, stringData: Readonly<Record<string, string>>, more: object = {}): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { ...at(name), ...more }, stringData };
}

function tlsIngress(name: string, secretName: string): object {
  const { spec, ...rest } = ingress(at(name), host(name)) as KubeObject;
  return { ...rest, spec: { ...spec, tls: [{ hosts: [host(name)], secretName }] } };
}

function consumer(name: string, fields: object): object {
  return {
    apiVersion: KONG,
    kind: 'KongConsumer',
    metadata: { ...at(name), annotations: { 'kubernetes.io/ingress.class': 'kong' } },
    ...fields,
  };
}

function credential(name: string, type: string, data: Readonly<Record<string, string>>): object {
  return secret(name, data, { labels: { 'konghq.com/credential': type } });
}

/** A Gateway whose only listener has these fields. */
function listener(name: string, fields: object): object {
  const spec = { gatewayClassName: 'kong', listeners: [{ name: 'one', protocol: 'HTTP', port: 80, ...fields }] };
  return { apiVersion: GATEWAY_API, kind: 'Gateway', metadata: at(name), spec };
}

const route = (name: string, rule: object): object => httpRoute(at(name), host(name), { rules: [rule] });
const toEcho = { backendRefs: [{ name: 'echo', port: 80 }] };

const INGRESSES: readonly BrokenObject[] = [
  broken(ingress(at('no-service'), host('no-service'), { backend: 'absent' }), /absent.*not exist/),
  broken(ingress(at('no-port'), host('no-port'), { backend: 'other-port' }), /port.*the Service has 81/, [
    { ...service('other-port', {}), spec: { selector: { app: 'echo' }, ports: [{ port: 81, targetPort: 8080 }] } },
  ]),
  broken(tlsIngress('no-secret', 'absent-certificate'), /absent-certificate.*not exist/),
  broken(ingress(at('no-plugin'), host('no-plugin'), { plugins: 'absent-plugin' }), /absent-plugin.*not exist/),
  broken(annotated(ingress(at('bad-protocols'), host('bad-protocols')), { 'konghq.com/protocols': 'gopher' }), /protocols.*gopher|gopher/),
  broken(
    annotated(ingress(at('bad-priority'), host('bad-priority')), { 'konghq.com/regex-priority': 'high' }),
    /regex-priority.*high|high/,
  ),
  broken(ingress(at('bad-regex'), host('bad-regex'), { path: '/~/unclosed(' }), /unclosed\(/),
];

const CORE: readonly BrokenObject[] = [
  broken(service('bad-timeout', { 'konghq.com/connect-timeout': 'soon' }), /connect-timeout.*soon|soon/, [
    ingress(at('to-bad-timeout'), host('to-bad-timeout'), { backend: 'bad-timeout' }),
  ]),
  broken(service('bad-policy', { 'konghq.com/upstream-policy': 'absent-policy' }), /absent-policy.*not exist/, [
    ingress(at('to-bad-policy'), host('to-bad-policy'), { backend: 'bad-policy' }),
  ]),
  broken(secret('bad-certificate', { 'tls.crt': 'no certificate', 'tls.key': 'no key' }, {}), /tls\.crt|PEM|certificate/, [
    tlsIngress('with-bad-certificate', 'bad-certificate'),
  ]),
];

const KONG_KINDS: readonly BrokenObject[] = [
  broken(kongPlugin(at('unknown'), 'no-such-plugin'), /no-such-plugin/, [
    ingress(at('with-unknown'), host('with-unknown'), { plugins: 'unknown' }),
  ]),
  broken(kongPlugin(at('bad-config'), 'rate-limiting', { minute: 'many' }), /minute/, [
    ingress(at('with-bad-config'), host('with-bad-config'), { plugins: 'bad-config' }),
  ]),
  broken(
    {
      ...kongPlugin(at('bad-config-from'), 'key-auth'),
      config: undefined,
      configFrom: { secretKeyRef: { name: 'absent-config', key: 'x' } },
    },
    /absent-config.*not exist/,
    [ingress(at('with-bad-config-from'), host('with-bad-config-from'), { plugins: 'bad-config-from' })],
  ),
  broken(
    {
      apiVersion: KONG,
      kind: 'KongClusterPlugin',
      metadata: { name: 'broken-global', labels: { global: 'true' }, annotations: { 'kubernetes.io/ingress.class': 'kong' } },
      plugin: 'cors',
      config: { origin: ['*'] },
    },
    /origin/,
  ),
  broken(consumer('no-credential', { username: 'no-credential', credentials: ['absent-credential'] }), /absent-credential.*not exist/),
  broken(consumer('bad-credential', { username: 'bad-credential', credentials: ['key-without-key'] }), /key/, [
    credential('key-without-key', 'key-auth', { kez: 'x' }),
  ]),
  broken(consumer('odd-credential', { username: 'odd-credential', credentials: ['odd-type'] }), /telepathy/, [
    credential('odd-type', 'telepathy', { key: 'x' }),
  ]),
  broken(consumer('zz-same-name', { username: 'twin' }), /twin/, [consumer('aa-same-name', { username: 'twin' })]),
  broken(
    {
      apiVersion: 'configuration.konghq.com/v1beta1',
      kind: 'KongUpstreamPolicy',
      metadata: at('unsupported'),
      spec: { algorithm: 'consistent-hashing', hashOn: { header: 'x-user' } },
    },
    /consistent-hashing.*expected one of/,
    [
      service('with-policy', { 'konghq.com/upstream-policy': 'unsupported' }),
      ingress(at('to-with-policy'), host('to-with-policy'), { backend: 'with-policy' }),
    ],
  ),
];

const GATEWAYS: readonly BrokenObject[] = [
  broken(
    {
      apiVersion: GATEWAY_API,
      kind: 'GatewayClass',
      metadata: { name: 'bad-parameters' },
      spec: {
        controllerName: 'gibbon.dev/gateway-controller',
        parametersRef: { group: 'example.test', kind: 'Parameters', name: 'absent' },
      },
    },
    /InvalidParameters/,
  ),
  broken(
    listener('no-certificate', { protocol: 'HTTPS', port: 443, tls: { certificateRefs: [{ name: 'absent-certificate' }] } }),
    /InvalidCertificateRef.*absent-certificate/,
  ),
  broken(listener('odd-protocol', { protocol: 'example.test/quic' }), /UnsupportedProtocol/),
  broken(listener('closed-port', { port: 81 }), /PortUnavailable.*81/),
  broken(listener('odd-kinds', { allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } }), /InvalidRouteKinds.*TCPRoute/),
];

const ROUTES: readonly BrokenObject[] = [
  broken(httpRoute(at('no-backend'), host('no-backend'), { backend: 'absent' }), /BackendNotFound.*absent/),
  broken(route('odd-backend', { backendRefs: [{ group: 'example.test', kind: 'Lambda', name: 'x', port: 80 }] }), /InvalidKind.*Lambda/),
  broken(
    route('backend-elsewhere', { backendRefs: [{ name: 'kubernetes', namespace: 'default', port: 443 }] }),
    /RefNotPermitted.*default/,
  ),
  broken(httpRoute(at('no-gateway'), host('no-gateway'), { gateway: 'absent-gateway' }), /absent-gateway/),
  broken(
    route('no-filter', {
      ...toEcho,
      filters: [{ type: 'ExtensionRef', extensionRef: { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'absent-filter' } }],
    }),
    /absent-filter/,
  ),
  broken(route('bad-match', { ...toEcho, matches: [{ path: { type: 'RegularExpression', value: '/unclosed(' } }] }), /unclosed\(/),
  broken(sectionRoute('no-section'), /NoMatchingParent/),
  broken(httpRoute(at('other-host'), 'elsewhere.test', { gateway: 'one-host' }), /NoMatchingListenerHostname/, [
    listener('one-host', { hostname: 'one.broken.test' }),
  ]),
  {
    ...broken(
      httpRoute(at('misspelt-grant'), host('misspelt-grant'), {
        rules: [{ backendRefs: [{ name: 'kubernetes', namespace: 'kube-system', port: 443 }] }],
      }),
      /RefNotPermitted.*kube-system/,
      [
        {
          apiVersion: GATEWAY_API,
          kind: 'ReferenceGrant',
          metadata: { namespace: 'kube-system', name: 'misspelt' },
          spec: {
            from: [{ group: 'gateway.networking.k8s.io', kind: 'HttpRoute', namespace: NAMESPACE }],
            to: [{ group: '', kind: 'Service' }],
          },
        },
      ],
    ),
    what: 'ReferenceGrant/misspelt, by HTTPRoute/misspelt-grant',
  },
];

function sectionRoute(name: string): object {
  const { spec, ...rest } = httpRoute(at(name), host(name)) as KubeObject;
  return { ...rest, spec: { ...spec, parentRefs: [{ name: 'web', sectionName: 'absent-section' }] } };
}

/** All of them, by kind. */
export const BROKEN: readonly BrokenObject[] = [...INGRESSES, ...CORE, ...KONG_KINDS, ...GATEWAYS, ...ROUTES];
