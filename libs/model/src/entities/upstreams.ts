import type { HashOn } from '@gibbon/contracts/entities';
import { MapOf, normaliseHost, Nullable, Type, type FieldRule } from '@gibbon/schema';
import { defineEntity, type Draft, type EntityContext, type EntityProblem } from './definition.ts';
import { OptionalReference } from './fields.ts';
import { HealthChecksField } from './health-checks.ts';

const HASH_ON = ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'] as const satisfies readonly HashOn[];

/** Kong's algorithms. */
export const KONG_ALGORITHMS: readonly string[] = ['consistent-hashing', 'least-connections', 'round-robin', 'latency'];

/** A given `none` would choose the algorithm (see `settleAlgorithm`), so it is never written. */
function hashOn(description: string) {
  return Type.Enum(HASH_ON, { default: 'none', description, 'x-null-is-default': true, 'x-omit-default': true });
}

function hashSource(description: string) {
  return Nullable(Type.String({ description }));
}

function requires(field: 'hash_on' | 'hash_fallback', value: HashOn, then: string): FieldRule {
  return { conditional: { if_field: field, if_match: { eq: value }, then_field: then, then_match: { required: true } } };
}

function fallback(value: HashOn, allowed: readonly HashOn[]): FieldRule {
  return { conditional: { if_field: 'hash_on', if_match: { eq: value }, then_field: 'hash_fallback', then_match: { one_of: allowed } } };
}

function allBut(value: HashOn): readonly HashOn[] {
  return HASH_ON.filter((candidate) => candidate !== value);
}

/** @see https://developer.konghq.com/gateway/entities/upstream/ */
export const upstreams = defineEntity('upstreams', {
  description: 'A virtual host with targets to balance over.',
  endpointKey: 'name',
  unique: ['name'],
  fields: {
    name: Type.String({ format: 'upstream-name', description: 'Name that services give as their host.' }),
    algorithm: Type.String({ default: 'round-robin', description: 'Name of the balancer.', 'x-null-is-default': true }),
    hash_on: hashOn('What to hash to choose a target.'),
    hash_fallback: hashOn('What to hash where the first has no value.'),
    hash_on_header: Nullable(Type.String({ format: 'header-name', description: 'Header field, for hash_on header.' })),
    hash_fallback_header: Nullable(Type.String({ format: 'header-name', description: 'Header field, for hash_fallback header.' })),
    hash_on_cookie: Nullable(Type.String({ format: 'cookie-name', description: 'Cookie, for either one.' })),
    hash_on_cookie_path: Type.String({
      format: 'path',
      default: '/',
      description: 'Path of the cookie that is set.',
      'x-null-is-default': true,
    }),
    hash_on_query_arg: hashSource('Query argument, for hash_on query_arg.'),
    hash_fallback_query_arg: hashSource('Query argument, for hash_fallback query_arg.'),
    hash_on_uri_capture: hashSource('Capture of the path, for hash_on uri_capture.'),
    hash_fallback_uri_capture: hashSource('Capture of the path, for hash_fallback uri_capture.'),
    slots: Type.Integer({ minimum: 10, maximum: 65536, default: 10_000, description: 'Size of the ring.', 'x-null-is-default': true }),
    healthchecks: HealthChecksField(),
    host_header: Nullable(Type.String({ format: 'host-with-port', description: 'Host that targets receive.' })),
    client_certificate: OptionalReference('certificates', 'Certificate to show to targets.'),
    use_srv_name: Type.Boolean({
      default: false,
      description: 'Whether targets receive the name of the SRV record as Host.',
      'x-null-is-default': true,
    }),
    balancer_config: Nullable(MapOf(Type.Unknown()), {
      description: "Gibbon's extension: configuration of the balancer.",
      'x-gibbon': true,
    }),
  },
  rules: [
    requires('hash_on', 'header', 'hash_on_header'),
    requires('hash_fallback', 'header', 'hash_fallback_header'),
    requires('hash_on', 'cookie', 'hash_on_cookie'),
    requires('hash_fallback', 'cookie', 'hash_on_cookie'),
    requires('hash_on', 'query_arg', 'hash_on_query_arg'),
    requires('hash_fallback', 'query_arg', 'hash_fallback_query_arg'),
    requires('hash_on', 'uri_capture', 'hash_on_uri_capture'),
    requires('hash_fallback', 'uri_capture', 'hash_fallback_uri_capture'),
    fallback('none', ['none']),
    fallback('cookie', ['none']),
    fallback('consumer', allBut('consumer')),
    fallback('ip', allBut('ip')),
    fallback('path', allBut('path')),
    { distinct: ['hash_on_header', 'hash_fallback_header'] },
    { distinct: ['hash_on_query_arg', 'hash_fallback_query_arg'] },
    { distinct: ['hash_on_uri_capture', 'hash_fallback_uri_capture'] },
  ],
  prepare: settleAlgorithm,
  check: (upstream, context) => checkAlgorithm(upstream.algorithm, context),
});

/**
 * Kong's two shorthands: algorithms that do not hash drop `hash_on`; a `hash_on` that is given chooses the algorithm,
 * unless a balancer of another kind is named.
 */
function settleAlgorithm(draft: Draft): [] {
  const { algorithm } = draft;
  if (algorithm === 'least-connections' || algorithm === 'latency') delete draft['hash_on'];
  const hash = draft['hash_on'];
  if (typeof hash !== 'string') return [];
  if (typeof algorithm === 'string' && !KONG_ALGORITHMS.includes(algorithm)) return [];
  draft['algorithm'] = hash === 'none' ? 'round-robin' : 'consistent-hashing';
  return [];
}

function checkAlgorithm(algorithm: string, context: EntityContext): readonly EntityProblem[] {
  if (context.algorithms.includes(algorithm)) return [];
  return [{ path: 'algorithm', message: `expected one of: ${context.algorithms.join(', ')}`, scope: 'field' }];
}

/** Format `upstream-name`: a host name without port, no address. */
export function upstreamNameProblem(name: string): string | null {
  const host = normaliseHost(name);
  if ('error' in host) return `Invalid name ('${name}'); must be a valid hostname`;
  if (host.type !== 'name') return `Invalid name ('${name}'); no ip addresses allowed`;
  return host.port === null ? null : `Invalid name ('${name}'); no port allowed`;
}
