import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { kongKinds } from './kinds.ts';

const KINDS = new Map(
  kongKinds({
    ingressClass: 'kong',
    ingressClassController: 'ingress-controllers.konghq.com/kong',
    clusterDomain: '',
    drainSupport: false,
  }).map((kind) => [kind.kind, kind]),
);

function object(kind: string, fields: Readonly<Record<string, unknown>>, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind,
    metadata: { namespace: 'shop', name: 'x', annotations },
    ...fields,
  };
}

function kindOf(value: KubeObject): ResourceKind {
  return KINDS.get(value.kind) as ResourceKind;
}

function problemsOf(value: KubeObject): readonly string[] {
  return (kindOf(value).validate?.(value) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

function referencesOf(value: KubeObject): readonly string[] | undefined {
  return kindOf(value)
    .references?.(value)
    .map((ref) => `${ref.kind} ${ref.namespace}/${ref.name}`);
}

describe('admission', () => {
  it.each(['KongConsumer', 'KongConsumerGroup', 'KongClusterPlugin'])('of %s goes by class', (kind) => {
    expect(
      ['kong', 'nginx', ''].map((name) => KINDS.get(kind)?.admit?.(object(kind, {}, { 'kubernetes.io/ingress.class': name }))),
    ).toEqual([true, false, true]);
  });

  it('of plugins and policies asks nothing', () => {
    expect([KINDS.get('KongPlugin')?.admit, KINDS.get('KongUpstreamPolicy')?.admit]).toEqual([undefined, undefined]);
  });
});

describe('plugins', () => {
  it('accept configuration from each place', () => {
    expect(
      problemsOf(
        object('KongPlugin', {
          plugin: 'rate-limiting',
          config: { minute: 5 },
          protocols: ['http', 'https'],
          disabled: false,
          instance_name: 'x.y',
        }),
      ),
    ).toEqual([]);
    expect(problemsOf(object('KongPlugin', { plugin: 'cors', configFrom: { secretKeyRef: { name: 's', key: 'config' } } }))).toEqual([]);
    expect(
      problemsOf(
        object('KongClusterPlugin', {
          plugin: 'cors',
          config: {},
          configPatches: [
            { path: '/a~1b/0', valueFrom: { secretKeyRef: { name: 's', key: 'k', namespace: 'ops' } } },
            { path: '', valueFrom: { secretKeyRef: { name: 's', key: 'k', namespace: 'ops' } } },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['no name', object('KongPlugin', {}), ['plugin: required; expected the name of a plugin, e.g. "rate-limiting"']],
    [
      'fields under spec',
      object('KongPlugin', { spec: { plugin: 'cors' } }),
      [
        'spec: expected no `spec`: the fields of a plugin stand at the top of the object',
        'plugin: required; expected the name of a plugin, e.g. "rate-limiting"',
      ],
    ],
    [
      'two sources',
      object('KongPlugin', { plugin: 'cors', config: {}, configFrom: { secretKeyRef: { name: 's', key: 'k' } }, configPatches: [] }),
      ['configFrom: expected either `config` or `configFrom`', 'configPatches: expected either `configFrom` or `configPatches`'],
    ],
    [
      'half a reference',
      object('KongPlugin', { plugin: 'cors', configFrom: { secretKeyRef: { name: 's' } } }),
      ['configFrom.secretKeyRef.key: required; expected the key of a Secret'],
    ],
    [
      'a reference without namespace',
      object('KongClusterPlugin', { plugin: 'cors', configFrom: { secretKeyRef: { name: 's', key: 'k' } } }),
      ['configFrom.secretKeyRef.namespace: required; expected the namespace of a Secret'],
    ],
    [
      'a patch without pointer',
      object('KongPlugin', { plugin: 'cors', configPatches: [{ path: 'a', valueFrom: {} }] }),
      [
        'configPatches.1.path: expected a JSON pointer, e.g. "/redis/password"',
        'configPatches.1.valueFrom.secretKeyRef: required; expected `name` and `key` of a Secret',
      ],
    ],
    [
      'wrong types',
      object('KongPlugin', { plugin: 'cors', config: [], disabled: 'no', protocols: ['http', 'ws'], instance_name: 'a b' }),
      [
        'config: expected an object',
        'disabled: expected true or false, without quotes',
        'instance_name: expected letters, digits, ".", "-", "_" and "~"',
        'protocols.2: expected one of http, https, grpc, grpcs, tcp, tls, udp; found "ws"',
      ],
    ],
  ])('refuse %s', (_name, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  it('name their Secrets', () => {
    expect(
      referencesOf(
        object('KongPlugin', { plugin: 'cors', configPatches: [{ path: '/a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }),
      ),
    ).toEqual(['Secret shop/s']);
    expect(
      referencesOf(
        object('KongClusterPlugin', { plugin: 'cors', configFrom: { secretKeyRef: { name: 's', key: 'k', namespace: 'ops' } } }),
      ),
    ).toEqual(['Secret ops/s']);
  });
});

describe('consumers', () => {
  it('need a name of either kind', () => {
    expect(problemsOf(object('KongConsumer', { username: 'bob', credentials: ['key'] }))).toEqual([]);
    expect(problemsOf(object('KongConsumer', { custom_id: '7' }))).toEqual([]);
    expect(problemsOf(object('KongConsumer', { username: '' }))).toEqual([
      'username: required; expected `username` or `custom_id`, at the top of the object',
    ]);
    expect(problemsOf(object('KongConsumer', { username: 7, credentials: ['Bad Name'], consumerGroups: 'gold' }))).toEqual([
      'username: expected a string; put it in quotes',
      'credentials.1: expected the name of a Secret',
      'consumerGroups: expected a list',
    ]);
  });

  it('name their Secrets, groups and plugins', () => {
    expect(
      referencesOf(
        object('KongConsumer', { username: 'bob', credentials: ['key'], consumerGroups: ['gold'] }, { 'konghq.com/plugins': 'limit' }),
      ),
    ).toEqual(['Secret shop/key', 'KongConsumerGroup shop/gold', 'KongPlugin shop/limit', 'KongClusterPlugin /limit']);
  });
});

describe('upstream policies', () => {
  const policy = (spec: unknown): KubeObject => object('KongUpstreamPolicy', { spec });

  it('accept what Kong can do', () => {
    expect(
      problemsOf(
        policy({
          algorithm: 'consistent-hashing',
          slots: 100,
          hashOn: { header: 'x' },
          hashOnFallback: { input: 'ip' },
          healthchecks: {
            threshold: 50,
            active: {
              type: 'http',
              httpPath: '/',
              concurrency: 1,
              timeout: 0,
              headers: { a: ['b'] },
              httpsVerifyCertificate: true,
              healthy: { interval: 5, successes: 1, httpStatuses: [200] },
              unhealthy: { interval: 1, httpFailures: 1 },
            },
            passive: { type: 'tcp', unhealthy: { tcpFailures: 5 } },
          },
        }),
      ),
    ).toEqual([]);
    expect(problemsOf(policy({ algorithm: 'sticky-sessions', hashOn: { input: 'none' }, stickySessions: { cookie: 'id' } }))).toEqual([]);
    expect(problemsOf(policy({ algorithm: 'of-a-third-party' }))).toEqual([]);
    expect(problemsOf(policy(undefined))).toEqual([]);
  });

  it.each([
    [
      'several hash inputs',
      { algorithm: 'consistent-hashing', hashOn: { header: 'x', queryArg: 'y' } },
      ['spec.hashOn: expected at most one of input, cookie, header, uriCapture, queryArg'],
    ],
    [
      'a cookie without path',
      { algorithm: 'consistent-hashing', hashOn: { cookie: 'x' } },
      ['spec.hashOn: expected `cookie` and `cookiePath` together'],
    ],
    [
      'hashing with another algorithm',
      { algorithm: 'round-robin', hashOn: { header: 'x' }, hashOnFallback: { input: 'ip' } },
      [
        'spec.algorithm: expected consistent-hashing or sticky-sessions, as `hashOn` is set',
        'spec.algorithm: expected consistent-hashing, as `hashOnFallback` is set',
      ],
    ],
    [
      'a fallback of a cookie',
      { algorithm: 'consistent-hashing', hashOn: { cookie: 'x', cookiePath: '/' }, hashOnFallback: { input: 'ip' } },
      ['spec.hashOnFallback: expected nothing, as `hashOn.cookie` is set'],
    ],
    [
      'sticky sessions half said',
      { stickySessions: {} },
      [
        'spec.stickySessions.cookie: required; expected the name of a cookie',
        'spec.algorithm: expected sticky-sessions, as `stickySessions` is set',
        'spec.hashOn: expected `input: none` alone, as `stickySessions` is set',
      ],
    ],
    [
      'an interval of passive checks',
      { healthchecks: { passive: { healthy: { interval: 5 } } } },
      ['spec.healthchecks.passive.healthy.interval: expected nothing: passive health checks have no interval'],
    ],
    [
      'numbers out of range',
      {
        slots: 1,
        algorithm: 7,
        healthchecks: { threshold: 101, active: { httpPath: 'x', concurrency: 0, unhealthy: { httpStatuses: [99], timeouts: 256 } } },
      },
      [
        'spec.algorithm: expected the name of a balancer; put it in quotes',
        'spec.slots: expected an integer from 10 to 65536',
        'spec.healthchecks.threshold: expected an integer from 0 to 100',
        'spec.healthchecks.active.concurrency: expected an integer from 1 to 2147483647',
        'spec.healthchecks.active.httpPath: expected a path that begins with "/"',
        'spec.healthchecks.active.unhealthy.httpStatuses.1: expected an integer from 100 to 599',
        'spec.healthchecks.active.unhealthy.timeouts: expected an integer from 0 to 255',
      ],
    ],
  ])('refuse %s', (_name, spec, problems) => {
    expect(problemsOf(policy(spec))).toEqual(problems);
  });
});

describe('KongIngress', () => {
  it('says where its old parts went', () => {
    expect(problemsOf(object('KongIngress', { upstream: {}, proxy: {}, route: {} }))).toEqual([
      'proxy: no longer supported; expected annotations of the Service instead',
      'route: no longer supported; expected annotations of the Ingress instead',
    ]);
  });
});
