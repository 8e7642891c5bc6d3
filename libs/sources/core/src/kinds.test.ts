import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { ENDPOINT_SLICE } from './endpoint-slice.ts';
import { NAMESPACE } from './namespace.ts';
import { CONFIG_MAP, SECRET } from './secret.ts';
import { SERVICE } from './service.ts';

function object(
  kind: string,
  fields: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { namespace: 'shop', name: 'x', ...metadata }, ...fields };
}

function problemsOf(kind: ResourceKind, value: KubeObject): readonly string[] {
  return (kind.validate?.(value) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe('Service', () => {
  it('keeps the addresses of its load balancer, and nothing else of its status', () => {
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const loadBalancer = { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] };
    const status = { loadBalancer, conditions: [] };
    expect(SERVICE.normalise?.(object('Service', { spec, status }))).toEqual(object('Service', { spec, status: { loadBalancer } }));
    expect(SERVICE.normalise?.(object('Service', { spec, status: { loadBalancer: {} } }))).toEqual(object('Service', { spec }));
  });

  const service = (spec: unknown, annotations: Readonly<Record<string, string>> = {}): KubeObject =>
    object('Service', { spec }, { annotations });

  it('accepts usual ones', () => {
    expect(problemsOf(SERVICE, service({ ports: [{ port: 80 }] }))).toEqual([]);
    expect(
      problemsOf(
        SERVICE,
        service({
          type: 'ClusterIP',
          ports: [
            { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' },
            { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
          ],
        }),
      ),
    ).toEqual([]);
    expect(problemsOf(SERVICE, service({ type: 'ExternalName', externalName: 'api.example.com.' }))).toEqual([]);
    expect(problemsOf(SERVICE, service(undefined))).toEqual([]);
  });

  it.each([
    ['no port number', { ports: [{ name: 'http' }] }, ['spec.ports.1.port: required; expected a port number']],
    [
      'a port out of range',
      { ports: [{ port: 70_000, targetPort: 0 }] },
      ['spec.ports.1.port: expected an integer from 1 to 65535', 'spec.ports.1.targetPort: expected an integer from 1 to 65535'],
    ],
    [
      'a name in upper case',
      { ports: [{ port: 80, name: 'HTTP' }] },
      ['spec.ports.1.name: expected a lower-case name of letters, digits and "-"'],
    ],
    [
      'an unknown protocol',
      { ports: [{ port: 80, protocol: 'http' }] },
      ['spec.ports.1.protocol: expected one of TCP, UDP, SCTP; found "http"'],
    ],
    [
      'ExternalName without name',
      { type: 'ExternalName' },
      ['spec.externalName: required; expected the DNS name that the Service stands for'],
    ],
    [
      'an unknown type',
      { type: 'Internal' },
      ['spec.type: expected one of ClusterIP, NodePort, LoadBalancer, ExternalName; found "Internal"'],
    ],
  ])('finds %s', (_name, spec, problems) => {
    expect(problemsOf(SERVICE, service(spec))).toEqual(problems);
  });

  it('names what its annotations point to', () => {
    expect(
      SERVICE.references?.(
        service(
          {},
          {
            'konghq.com/client-cert': 'mtls',
            'konghq.com/ca-certificates-secrets': 'ca1,ca2',
            'konghq.com/ca-certificates-configmaps': 'ca3',
            'konghq.com/upstream-policy': 'sticky',
            'konghq.com/override': 'old',
            'konghq.com/plugins': 'limit',
          },
        ),
      ).map((ref) => `${ref.kind} ${ref.namespace}/${ref.name}`),
    ).toEqual([
      'Secret shop/mtls',
      'Secret shop/ca1',
      'Secret shop/ca2',
      'ConfigMap shop/ca3',
      'KongUpstreamPolicy shop/sticky',
      'KongIngress shop/old',
      'KongPlugin shop/limit',
      'KongClusterPlugin /limit',
    ]);
  });
});

describe('EndpointSlice', () => {
  const slice = (fields: Readonly<Record<string, unknown>>): KubeObject => object('EndpointSlice', fields);

  it('enters by the name of its Service', () => {
    expect(ENDPOINT_SLICE.admit?.(object('EndpointSlice', {}, { labels: { 'kubernetes.io/service-name': 'cart' } }))).toBe(true);
    expect(ENDPOINT_SLICE.admit?.(object('EndpointSlice'))).toBe(false);
  });

  it('accepts addresses of its type, loopback ones too', () => {
    expect(
      problemsOf(
        ENDPOINT_SLICE,
        slice({
          addressType: 'IPv4',
          endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
          ports: [{ name: '', port: 8080 }],
        }),
      ),
    ).toEqual([]);
    expect(problemsOf(ENDPOINT_SLICE, slice({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }], ports: null }))).toEqual([]);
    expect(problemsOf(ENDPOINT_SLICE, slice({ addressType: 'FQDN', endpoints: [{ addresses: ['api.example.com'] }] }))).toEqual([]);
    expect(problemsOf(ENDPOINT_SLICE, slice({ addressType: 'IPv4', endpoints: null }))).toEqual([]);
  });

  it.each([
    ['no address type', { endpoints: [] }, ['addressType: required; expected one of IPv4, IPv6, FQDN']],
    [
      'an address of another type',
      { addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }] },
      ['endpoints.1.addresses.1: expected an IPv4 address, as addressType says'],
    ],
    [
      'an address as name',
      { addressType: 'FQDN', endpoints: [{ addresses: ['10.0.0.1'] }] },
      ['endpoints.1.addresses.1: expected a DNS name, as addressType is FQDN'],
    ],
    [
      'no address',
      { addressType: 'IPv4', endpoints: [{ addresses: [] }] },
      ['endpoints.1.addresses: required; expected at least one address'],
    ],
    [
      'a condition as text',
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: 'true' } }] },
      ['endpoints.1.conditions.ready: expected true or false, without quotes'],
    ],
    ['a port as text', { addressType: 'IPv4', ports: [{ port: '8080' }] }, ['ports.1.port: expected an integer from 1 to 65535']],
  ])('finds %s', (_name, fields, problems) => {
    expect(problemsOf(ENDPOINT_SLICE, slice(fields))).toEqual(problems);
  });
});

describe('Secret', () => {
  it('enters when something may refer to it', () => {
    expect(SECRET.admit?.(object('Secret', { type: 'kubernetes.io/tls' }))).toBe(true);
    expect(SECRET.admit?.(object('Secret'))).toBe(true);
    expect(SECRET.admit?.(object('Secret', { type: 'kubernetes.io/service-account-token' }))).toBe(false);
    expect(SECRET.admit?.(object('Secret', { type: 'helm.sh/release.v1' }))).toBe(false);
    expect(SECRET.admit?.(object('Secret', { type: 'helm.sh/release.v1' }, { labels: { 'konghq.com/credential': 'key-auth' } }))).toBe(
      true,
    );
  });

  it('says which value is no base64, and where plain text goes', () => {
    expect(
      problemsOf(
        SECRET,
        object('Secret', { data: { key: 'not base64!', good: 'a2V5', broken: 'a2V5\na2V5\n', empty: '' }, stringData: { n: 5 } }),
      ),
    ).toEqual(['stringData.n: expected a string; put it in quotes', 'data.key: expected base64; put plain text under `stringData`']);
  });

  it('merges stringData over data and joins broken lines', () => {
    const normalised = SECRET.normalise?.(object('Secret', { data: { a: 'b2xk\n', b: 'YmJi\nYmJi\n' }, stringData: { a: 'n\u00e9w' } }));
    expect(normalised).toEqual(object('Secret', { data: { a: Buffer.from('n\u00e9w').toString('base64'), b: 'YmJiYmJi' } }));
  });
});

describe('ConfigMap and Namespace', () => {
  it('takes ConfigMaps of certificate authorities alone', () => {
    expect(CONFIG_MAP.admit?.(object('ConfigMap', { data: {} }, { labels: { 'konghq.com/ca-cert': 'true' } }))).toBe(true);
    expect(CONFIG_MAP.admit?.(object('ConfigMap', { data: {} }))).toBe(false);
    expect(problemsOf(CONFIG_MAP, object('ConfigMap'))).toEqual([
      'data: required; expected the keys "id" and "cert", as the label konghq.com/ca-cert makes it a certificate authority',
    ]);
  });

  it('keeps the metadata of a Namespace alone', () => {
    expect(NAMESPACE.normalise?.(object('Namespace', { spec: { finalizers: ['kubernetes'] }, status: {} }))).toEqual(object('Namespace'));
    expect(problemsOf(NAMESPACE, object('Namespace'))).toEqual([]);
  });
});
