import type { StatusDraft } from '@gibbon/contracts/status';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import {
  bad,
  condition,
  controllerNames,
  generationOf,
  good,
  ownedParents,
  statusDraft,
  type ParentAttachment,
  type Verdict,
} from '@gibbon/gateway-attachment';
import { GATEWAY_GROUP, namespaceOf, type HTTPRoute } from '@gibbon/k8s-types';
import type { RuleProblem } from './rule-problems.ts';

/** What became of the rules of a route. */
export interface RulesResult {
  readonly problems: readonly RuleProblem[];
  /** Whether some rule is served as it is written. */
  readonly served: boolean;
}

/** The status of a route: an entry for each of its parents that is ours, whether the route may attach or not. */
export function routeStatus(
  route: HTTPRoute,
  parents: readonly ParentAttachment[],
  rules: RulesResult,
  settings: ControllerSettings,
): StatusDraft {
  return statusDraft(route, { parents: parents.map((parent) => parentStatus(route, parent, rules)) }, [
    ownedParents(controllerNames(settings)),
  ]);
}

function parentStatus(route: HTTPRoute, { parentRef, controllerName, accepted }: ParentAttachment, rules: RulesResult): object {
  const generation = generationOf(route);
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = namespaceOf(route), name, sectionName, port } = parentRef;
  const partial = accepted.ok && rules.served ? partiallyInvalid(rules) : null;
  return {
    parentRef: { group, kind, namespace, name, ...(sectionName !== undefined && { sectionName }), ...(port !== undefined && { port }) },
    controllerName,
    conditions: [
      condition('Accepted', accepted.ok ? acceptedRules(accepted, rules) : accepted, generation),
      condition('ResolvedRefs', resolvedRefs(rules), generation),
      ...(partial === null ? [] : [condition('PartiallyInvalid', partial, generation)]),
    ],
  };
}

/** A route of which nothing is served is not accepted, though its Gateway would take it. */
function acceptedRules(accepted: Verdict, { problems, served }: RulesResult): Verdict {
  const first = problems.find(({ concerns }) => concerns === 'rule');
  return served || first === undefined ? accepted : bad(first.verdict.reason, messageOf(first));
}

function partiallyInvalid({ problems }: RulesResult): Verdict | null {
  const dropped = problems.filter(({ concerns }) => concerns === 'rule');
  return dropped.length === 0 ? null : good('UnsupportedValue', `Dropped Rule: ${dropped.map(messageOf).join('; ')}`);
}

function resolvedRefs({ problems }: RulesResult): Verdict {
  const unresolved = problems.filter(({ concerns }) => concerns === 'reference');
  const [first] = unresolved;
  if (first === undefined) return good('ResolvedRefs', 'everything that the route refers to is there');
  return bad(first.verdict.reason, unresolved.map(messageOf).join('; '));
}

function messageOf({ field, verdict }: RuleProblem): string {
  return `${field}: ${verdict.message}`;
}
