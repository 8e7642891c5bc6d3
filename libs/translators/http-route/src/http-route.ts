import { annotationField, brokenPlugins, Draft, objectUnit, pluginBindingUnit, pluginReferences } from '@gibbon/annotations';
import type { Failure, TrackedRead, TranslationOutput, Unit } from '@gibbon/contracts/translator';
import type { ObjectRef } from '@gibbon/contracts/resource';
import { attachRoute, bad, type RouteAttachment } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type HTTPRoute } from '@gibbon/k8s-types';
import type { HttpRouteContext } from './context.ts';
import { addGibbonRoutes } from './gibbon-routes.ts';
import { servedRoutes, type ServedRoute } from './hosts.ts';
import { addKongRoutes } from './kong-routes.ts';
import { planRules } from './plan.ts';
import { RuleProblems, type RuleProblem } from './rule-problems.ts';
import { routeStatus } from './status.ts';

/** Yields the routes of an HTTPRoute for the proxies of each of its parents, and its status. */
export function translateHttpRoute(unit: Unit, read: TrackedRead, context: HttpRouteContext): TranslationOutput {
  const route = unit.object as HTTPRoute;
  const { settings } = context;
  const attachment = attachRoute(route, settings, read);
  const { parents } = attachment;
  const problems = new RuleProblems();
  const broken = brokenPlugins(route, context, read);
  for (const plugin of broken) problems.add(brokenPlugin(plugin));
  const planes = broken.length > 0 ? [] : servedRoutes(parents, settings, read);
  const drafts = planes.map((served) => translatePlane(route, served, read, context));
  // What is wrong with a rule is wrong with it everywhere: one plane tells of it.
  const [first] = drafts;
  problems.add(...(first?.problems ?? []));
  if (planes.length > 0 && bindsPlugins(route))
    read.include(pluginBindingUnit(objectUnit('HTTPRoute', namespaceOf(route), route.metadata.name)));
  const failures = [
    ...missingParents(route, attachment),
    ...(first?.output.failures ?? []),
    ...rejections(route, attachment),
    ...problems.list.map(failureOf(route)),
  ];
  const served = broken.length === 0 && (first?.served ?? true);
  return {
    entities: drafts.flatMap(({ output }) => output.entities),
    failures,
    statuses: [routeStatus(route, parents, { problems: problems.list, served }, settings)],
  };
}

interface PlaneDraft {
  readonly output: TranslationOutput;
  readonly problems: readonly RuleProblem[];
  /** Whether some rule is served as it is written. */
  readonly served: boolean;
}

function translatePlane(
  route: HTTPRoute,
  served: ServedRoute,
  read: TrackedRead,
  { settings, target, normalise }: HttpRouteContext,
): PlaneDraft {
  const draft = new Draft(normalise, served.plane);
  const problems = new RuleProblems();
  const job = { draft, route, served, read, problems, settings };
  const rules = planRules(route);
  const isServed = target.kind === 'gibbon' ? addGibbonRoutes(job, rules) : addKongRoutes({ ...job, target }, rules);
  return { output: draft.output(), problems: problems.list, served: isServed };
}

function failureOf(route: HTTPRoute): (problem: RuleProblem) => Failure {
  return ({ field, verdict: { reason, message }, others = [] }) => ({ refs: [refOf(route), ...others], field, reason, message });
}

/** A plugin may be what protects the route: it is not served without. */
function brokenPlugin(plugin: ObjectRef): RuleProblem {
  const message = `the HTTPRoute is not served without its ${plugin.kind} "${plugin.name}", whose configuration is broken; mend the plugin or take it off the HTTPRoute`;
  return { field: annotationField('konghq.com/plugins'), verdict: bad('BrokenPlugin', message), concerns: 'rule', others: [plugin] };
}

function bindsPlugins(route: HTTPRoute): boolean {
  return (
    pluginReferences(route).length > 0 ||
    (route.spec.rules ?? []).some((rule) => rule.filters?.some(({ type }) => type === 'ExtensionRef') === true)
  );
}

function missingParents(route: HTTPRoute, { missing }: RouteAttachment): readonly Failure[] {
  return missing.map((index) => {
    const { namespace = namespaceOf(route), name } = route.spec.parentRefs?.[index] ?? { name: '' };
    return {
      refs: [refOf(route)],
      field: `spec.parentRefs.${index + 1}`,
      reason: 'ParentNotFound',
      message: `Gateway ${namespace}/${name} does not exist, so the route is not served there`,
    };
  });
}

function rejections(route: HTTPRoute, { parents }: RouteAttachment): readonly Failure[] {
  return parents
    .filter(({ accepted }) => !accepted.ok)
    .map(({ index, accepted: { reason, message } }) => ({ refs: [refOf(route)], field: `spec.parentRefs.${index + 1}`, reason, message }));
}
