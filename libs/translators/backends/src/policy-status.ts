import {
  annotationText,
  belongsToClass,
  Draft,
  HTTP_ROUTES_OF_SERVICE,
  INGRESSES_OF_SERVICE,
  objectStatus,
  rulesWithServices,
  UPSTREAM_POLICY,
} from '@gibbon/annotations';
import type { OwnedList } from '@gibbon/contracts/status';
import type { IndexDefinition, TrackedRead, TranslationOutput, Unit } from '@gibbon/contracts/translator';
import { attachRoute, bad, condition, controllerNames, generationOf, good, type Verdict } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type HTTPRoute, type Ingress, type KongUpstreamPolicy, type Service } from '@gibbon/k8s-types';
import type { BackendsContext } from './context.ts';
import { addUpstream } from './upstream.ts';

/** Services by the policy that they name, `<namespace>/<name>`. */
export const SERVICES_OF_POLICY: IndexDefinition = {
  name: 'services.upstream-policy',
  kind: 'Service',
  values(object) {
    const name = annotationText(object, UPSTREAM_POLICY.key);
    return name === null ? [] : [`${namespaceOf(object)}/${name}`];
  },
};

const POLICIES = { group: 'configuration.konghq.com', version: 'v1beta1', plural: 'kongupstreampolicies' };
/** The Gateway API allows no more; the oldest Services are told of. */
const MAX_ANCESTORS = 16;

/**
 * Yields the status of a KongUpstreamPolicy: an entry for each Service that has it and is the backend of something served.
 * What the policy does is part of the Services' upstreams.
 * @see https://gateway-api.sigs.k8s.io/geps/gep-713/
 */
export function translatePolicy(unit: Unit, read: TrackedRead, context: BackendsContext): TranslationOutput {
  const policy = unit.object as KongUpstreamPolicy;
  const names = controllerNames(context.settings);
  const controllerName = names[0] ?? '';
  const services = read.index<Service>(SERVICES_OF_POLICY.name, `${namespaceOf(policy)}/${policy.metadata.name}`);
  const generation = generationOf(policy);
  const ancestors = services
    .filter((service) => isServed(service, read, context))
    .slice(0, MAX_ANCESTORS)
    .map((service) => {
      const accepted = acceptance(policy, service, read, context);
      const programmed = accepted.ok
        ? good('Programmed', 'the Service is configured with the policy')
        : bad('Pending', 'the policy, or some of it, has no effect on the Service');
      return {
        ancestorRef: { group: 'core', kind: 'Service', namespace: namespaceOf(service), name: service.metadata.name },
        controllerName,
        conditions: [condition('Accepted', accepted, generation), condition('Programmed', programmed, generation)],
      };
    });
  return { entities: [], failures: [], statuses: [objectStatus(policy, POLICIES, { ancestors }, [ownedAncestors(names)])] };
}

/** Whether requests get to a Service through something that is ours. */
function isServed(service: Service, read: TrackedRead, { settings }: BackendsContext): boolean {
  const key = `${namespaceOf(service)}/${service.metadata.name}`;
  return (
    read.index<Ingress>(INGRESSES_OF_SERVICE.name, key).some((ingress) => belongsToClass(ingress, settings, read)) ||
    read.index<HTTPRoute>(HTTP_ROUTES_OF_SERVICE.name, key).some((route) => attachRoute(route, settings, read).parents.length > 0)
  );
}

function acceptance(policy: KongUpstreamPolicy, service: Service, read: TrackedRead, context: BackendsContext): Verdict {
  const other = context.target.kind === 'kong' ? differentBackend(service, read) : null;
  if (other !== null)
    return bad(
      'Conflicted',
      `a rule of HTTPRoute ${other} has this Service beside others with another policy or none; expected one for all`,
    );
  // The upstream that it makes, to see what is wrong with it.
  const draft = new Draft(context.normalise);
  addUpstream(draft, { service, base: { name: service.metadata.name } }, read, context);
  const { kind, namespace, name } = refOf(policy);
  const wrong = draft
    .output()
    .failures.filter(({ refs: [first] }) => first?.kind === kind && first.namespace === namespace && first.name === name);
  if (wrong.length === 0) return good('Accepted', 'the policy is taken');
  return bad('Invalid', wrong.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; '));
}

/** Kong has one upstream for all backends of a rule: the HTTPRoute in which those have different policies, or `null`. */
function differentBackend(service: Service, read: TrackedRead): string | null {
  const key = `${namespaceOf(service)}/${service.metadata.name}`;
  const policy = annotationText(service, UPSTREAM_POLICY.key);
  for (const route of read.index<HTTPRoute>(HTTP_ROUTES_OF_SERVICE.name, key)) {
    const beside = rulesWithServices(route).flatMap(({ services }) => (services.includes(key) ? services : []));
    const differs = beside.some((each) => {
      const [namespace = '', name = ''] = each.split('/');
      const backend = read.get<Service>('Service', namespace, name);
      return backend !== null && annotationText(backend, UPSTREAM_POLICY.key) !== policy;
    });
    if (differs) return `${namespaceOf(route)}/${route.metadata.name}`;
  }
  return null;
}

interface AncestorStatus {
  readonly controllerName?: string;
  readonly ancestorRef?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

const ancestorLists = new Map<string, OwnedList>();

/** Entries of these controllers. One list for the same names: drafts are compared. */
function ownedAncestors(names: readonly string[]): OwnedList {
  return ancestorLists.getOrInsertComputed(names.join(' '), () => ({
    field: 'ancestors',
    owns: (entry) => names.includes((entry as AncestorStatus).controllerName ?? ''),
    key: (entry) => {
      const { kind = '', namespace = '', name = '' } = (entry as AncestorStatus).ancestorRef ?? {};
      return `${kind}/${namespace}/${name}`;
    },
  }));
}
