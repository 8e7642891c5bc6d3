import {
  annotationField,
  Draft,
  HOST_HEADER,
  kongUpstreamName,
  objectTags,
  OVERRIDE,
  parseServicePort,
  resolveServicePort,
  SERVICE_UPSTREAM,
  SLICES_OF_SERVICE,
  UNKNOWN_SERVICE_TAGS,
  UPSTREAM_POLICY,
  type ServicePortRef,
} from '@gibbon/annotations';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead, TranslationOutput, Unit } from '@gibbon/contracts/translator';
import { refOf, type EndpointSlice, type KongIngress, type KongUpstreamPolicy, type Service } from '@gibbon/k8s-types';
import { cacheKey, entityId } from '@gibbon/model';
import type { BackendsContext } from './context.ts';
import { endpointTargets, serviceTarget, type TargetAddress } from './targets.ts';
import { balancingFields, healthCheckFields, type UpstreamFields } from './upstream-policy.ts';

/** Fields of the deprecated KongIngress that an upstream takes, in Kong's own names. */
const KONG_INGRESS_FIELDS: readonly string[] = [
  'host_header',
  'algorithm',
  'slots',
  'hash_on',
  'hash_fallback',
  'hash_on_header',
  'hash_on_cookie',
  'hash_on_cookie_path',
  'hash_on_query_arg',
  'hash_on_uri_capture',
  'hash_fallback_header',
  'hash_fallback_query_arg',
  'hash_fallback_uri_capture',
  'healthchecks',
];

/** Yields the upstream and the targets of a Service's port: all that a change of endpoints touches. */
export function translateEndpoints(unit: Unit, read: TrackedRead, context: BackendsContext): TranslationOutput {
  const ref = parseServicePort(unit.id);
  const draft = new Draft(context.normalise);
  const service = read.get<Service>('Service', ref.namespace, ref.service);
  const owner: ObjectRef = { kind: 'Service', namespace: ref.namespace, name: ref.service };
  const name = kongUpstreamName(ref);
  const id = entityId('upstreams', name);
  if (service === null) {
    draft.add('upstreams', { id, name, tags: UNKNOWN_SERVICE_TAGS }, { owner });
    return draft.output();
  }
  addUpstream(draft, { service, base: { id, name, tags: objectTags(service) } }, read, context);
  const serviceUpstream = draft.annotation(service, SERVICE_UPSTREAM) === true;
  for (const { target, weight } of targetsOf(service, ref, serviceUpstream, { read, settings: context.settings })) {
    draft.add(
      'targets',
      {
        id: entityId('targets', cacheKey('targets', [id, target])),
        upstream: { id },
        target,
        ...(weight === undefined ? null : { weight }),
      },
      { owner },
    );
  }
  return draft.output();
}

/** An upstream to be, and the Service that says how it balances. */
export interface UpstreamBase {
  readonly service: Service;
  /** Fields of an upstream without settings. */
  readonly base: UpstreamFields;
}

/** Adds the upstream with its settings; without them when Kong refuses them, so that a wrong policy stops no traffic. */
export function addUpstream(draft: Draft, { service, base }: UpstreamBase, read: TrackedRead, context: BackendsContext): void {
  const owner = refOf(service);
  const policy = policyOf(draft, service, read);
  const policyFields = policy === null ? null : { ...supportedBalancing(draft, policy, owner, context), ...healthCheckFields(policy) };
  const fields = { ...base, ...kongIngressFields(draft, service, read), ...hostHeader(draft, service), ...policyFields };
  const source = policy === null ? { owner } : { owner: refOf(policy), others: [owner] };
  if (draft.add('upstreams', fields, source) === null) draft.add('upstreams', base, { owner });
}

function hostHeader(draft: Draft, service: Service): UpstreamFields | null {
  const host = draft.annotation(service, HOST_HEADER);
  return host === null ? null : { host_header: host };
}

function policyOf(draft: Draft, service: Service, read: TrackedRead): KongUpstreamPolicy | null {
  const name = draft.annotation(service, UPSTREAM_POLICY);
  if (name === null) return null;
  const namespace = service.metadata.namespace ?? '';
  const policy = read.get<KongUpstreamPolicy>('KongUpstreamPolicy', namespace, name);
  if (policy === null) {
    draft.fail({
      refs: [refOf(service)],
      field: annotationField(UPSTREAM_POLICY.key),
      reason: 'PolicyNotFound',
      message: `failed fetching KongUpstreamPolicy: ${namespace}/${name} does not exist`,
    });
  }
  return policy;
}

/** Balancing as a policy wants it, or the default with a failure where the target does not have the algorithm. */
function supportedBalancing(
  draft: Draft,
  policy: KongUpstreamPolicy,
  owner: ObjectRef,
  { target, algorithms }: BackendsContext,
): UpstreamFields | null {
  const algorithm = policy.spec?.algorithm;
  if (algorithm === undefined || algorithms.includes(algorithm)) return balancingFields(policy);
  draft.fail({
    refs: [refOf(policy), owner],
    field: 'spec.algorithm',
    reason: 'UnsupportedAlgorithm',
    message: `${algorithm} is not supported by ${target.kind === 'kong' ? `Kong ${target.version}` : 'this build'}, so round-robin is used; expected one of ${algorithms.join(', ')}`,
  });
  return null;
}

function kongIngressFields(draft: Draft, service: Service, read: TrackedRead): UpstreamFields | null {
  const name = draft.annotation(service, OVERRIDE);
  if (name === null) return null;
  const namespace = service.metadata.namespace ?? '';
  const kongIngress = read.get<KongIngress>('KongIngress', namespace, name);
  if (kongIngress === null) {
    draft.fail({
      refs: [refOf(service)],
      field: annotationField(OVERRIDE.key),
      reason: 'KongIngressNotFound',
      message: `KongIngress ${namespace}/${name} does not exist`,
    });
    return null;
  }
  return Object.fromEntries(
    Object.entries(kongIngress.upstream ?? {}).filter(([key, value]) => KONG_INGRESS_FIELDS.includes(key) && value !== null),
  );
}

/** What targets are made from. */
export interface TargetSources {
  readonly read: TrackedRead;
  readonly settings: ControllerSettings;
}

/** Targets of a Service's port, by the first rule that applies. */
export function targetsOf(
  service: Service,
  ref: ServicePortRef,
  serviceUpstream: boolean,
  { read, settings }: TargetSources,
): readonly TargetAddress[] {
  // Whoever names a port that the Service does not have reports it: the unit that included this one.
  const port = resolveServicePort(service, ref.port);
  if (!port.ok) return [];
  if (serviceUpstream) return [serviceTarget(ref, port.number, settings)];
  if (service.spec?.type === 'ExternalName') return [{ target: `${service.spec.externalName}:${port.number}` }];
  return endpointTargets(service, port, read.index<EndpointSlice>(SLICES_OF_SERVICE.name, `${ref.namespace}/${ref.service}`), settings);
}
