import {
  annotationField,
  annotationText,
  Draft,
  objectTags,
  parseBackendGroup,
  SERVICE_UPSTREAM,
  UPSTREAM_POLICY,
  type BackendGroup,
} from '@gibbon/annotations';
import { EMPTY_OUTPUT, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { refOf, type HTTPRoute, type Service } from '@gibbon/k8s-types';
import { cacheKey, entityId } from '@gibbon/model';
import type { BackendsContext } from './context.ts';
import { addUpstream, targetsOf } from './upstream.ts';

const DEFAULT_WEIGHT = 100;

/**
 * Yields the upstream of a rule of an HTTPRoute for Kong, over all of its backends: the weight of a backend is divided among
 * its endpoints. One Service's settings apply to the upstream; they must be the same for all.
 */
export function translateBackendGroup(unit: Unit, read: TrackedRead, context: BackendsContext): TranslationOutput {
  const group = parseBackendGroup(unit.id);
  const route = read.get<HTTPRoute>('HTTPRoute', group.route.namespace, group.route.name);
  if (route === null) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  const services = group.backends.flatMap(({ namespace, service }) => read.get<Service>('Service', namespace, service) ?? []);
  const [first] = services;
  const id = entityId('upstreams', group.name);
  const base = { id, name: group.name, tags: objectTags(group.backends.length === 1 && first !== undefined ? first : route) };
  if (first === undefined) draft.add('upstreams', base, { owner: refOf(route) });
  else {
    reportDifferentPolicies(draft, services);
    addUpstream(draft, { service: first, base }, read, context);
  }
  for (const [target, weight] of weightedTargets(draft, group, read, context)) {
    const targetId = entityId('targets', cacheKey('targets', [id, target]));
    draft.add('targets', { id: targetId, upstream: { id }, target, ...(weight !== null && { weight }) }, { owner: refOf(route) });
  }
  return draft.output();
}

/** Targets with their weights; `null` is Kong's default. An address of several backends has the sum of them. */
function weightedTargets(
  draft: Draft,
  { backends }: BackendGroup,
  read: TrackedRead,
  { settings }: BackendsContext,
): ReadonlyMap<string, number | null> {
  const weights = new Map<string, number | null>();
  for (const { weight, ...ref } of backends) {
    const service = read.get<Service>('Service', ref.namespace, ref.service);
    if (service === null) continue;
    const serviceUpstream = draft.annotation(service, SERVICE_UPSTREAM) === true;
    const targets = targetsOf(service, ref, serviceUpstream, { read, settings });
    const serving = targets.filter((target) => target.weight !== 0).length;
    const share = weight === null ? null : weight === 0 ? 0 : Math.max(1, Math.floor(weight / Math.max(1, serving)));
    for (const { target, weight: own } of targets) {
      const added = own ?? share;
      const known = weights.get(target);
      weights.set(target, known === undefined ? added : (known ?? DEFAULT_WEIGHT) + (added ?? DEFAULT_WEIGHT));
    }
  }
  return weights;
}

function reportDifferentPolicies(draft: Draft, services: readonly Service[]): void {
  const names = new Set(services.map((service) => annotationText(service, UPSTREAM_POLICY.key) ?? ''));
  if (names.size < 2) return;
  const list = services.map(({ metadata }) => metadata.name).join(', ');
  draft.fail({
    refs: services.map(refOf),
    field: annotationField(UPSTREAM_POLICY.key),
    reason: 'InconsistentPolicy',
    message: `inconsistent KongUpstreamPolicy configuration for services ${list}; the first one's is used, expected the same for all`,
  });
}
