import { objectTags, type Draft } from '@gibbon/annotations';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { bad, planeEntityName, type HostPattern } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type HTTPRoute } from '@gibbon/k8s-types';
import { controllerEntityId, controllerPluginId } from '@gibbon/model';
import { expressionOf } from './expression.ts';
import { ANSWER_WITH_ERROR, translateBackends, type RuleTarget } from './gibbon-backends.ts';
import { translateFilters, type RulePlugin } from './gibbon-filters.ts';
import type { ServedRoute } from './hosts.ts';
import type { PlannedMatch, PlannedRule } from './plan.ts';
import { priorityOf } from './precedence.ts';
import { annotatedFields } from './route-fields.ts';
import type { RuleProblems } from './rule-problems.ts';

/** What the rules of a route are translated with. */
export interface GibbonRoutesContext {
  readonly draft: Draft;
  readonly route: HTTPRoute;
  readonly served: ServedRoute;
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
  readonly settings: ControllerSettings;
}

/**
 * Yields the routes of an HTTPRoute for Gibbon's proxy: one for each host name and match. @returns whether some rule is
 * served as it is written.
 */
export function addGibbonRoutes(context: GibbonRoutesContext, rules: readonly PlannedRule[]): boolean {
  const settings = routeFields(context);
  let served = false;
  for (const planned of rules) {
    const target = targetOf(context, planned);
    const matches = planned.matches.filter((match) => isSupported(match, planned, context.problems));
    served ||= !target.broken && matches.length > 0;
    for (const host of context.served.hosts) {
      for (const match of matches) {
        const expression = expressionOf(host.effective, host.listeners, match);
        const priority = priorityOf(context.route, host.own, { rule: planned.index, match }, context.read);
        const name = planeEntityName(routeName(context.route, host.effective, planned, match), context.served.plane);
        addRoute(context, {
          name,
          target,
          fields: { ...settings, tags: tagsOf(settings.tags, planned), expression, priority },
          at: `${planned.at}.matches.${match.index + 1}`,
        });
      }
    }
  }
  return served;
}

interface RouteToAdd {
  readonly name: string;
  readonly target: RuleTarget;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly at: string;
}

function addRoute({ draft, route }: GibbonRoutesContext, { name, target, fields, at }: RouteToAdd): void {
  const owner = refOf(route);
  const id = controllerEntityId('routes', name);
  const service = target.serviceId === null ? null : { id: target.serviceId };
  if (draft.add('routes', { id, name, service, ...fields }, { owner, locate: () => at }) === null) return;
  for (const plugin of target.plugins) {
    draft.add(
      'plugins',
      {
        id: controllerPluginId(plugin.name, { route: name }),
        name: plugin.name,
        route: { id },
        config: plugin.config,
        tags: fields['tags'],
      },
      { owner, locate: () => at },
    );
  }
}

interface RuleOutcome extends RuleTarget {
  /** Whether requests get an error instead of what the rule says. */
  readonly broken: boolean;
}

function targetOf({ route, served, read, problems, settings }: GibbonRoutesContext, planned: PlannedRule): RuleOutcome {
  const filters = translateFilters({ route, planned, listeners: served.listeners, read, problems, settings });
  const backends = filters.redirects ? { serviceId: null, plugins: [] } : translateBackends({ route, planned, read, problems, settings });
  if (filters.broken) return { ...ANSWER_WITH_ERROR, broken: true };
  const plugins: readonly RulePlugin[] = [...filters.plugins, ...backends.plugins];
  return { serviceId: backends.serviceId, plugins, broken: false };
}

function isSupported({ unsupported, index }: PlannedMatch, { at }: PlannedRule, problems: RuleProblems): boolean {
  if (unsupported !== null) problems.rule(`${at}.matches.${index + 1}`, bad('UnsupportedValue', unsupported));
  return unsupported === null;
}

/** Fields that every route of an HTTPRoute has. */
function routeFields({ draft, route }: GibbonRoutesContext): Readonly<Record<string, unknown>> & { readonly tags: readonly string[] } {
  return {
    protocols: ['http', 'https'],
    ...annotatedFields(draft, route),
    tags: objectTags(route),
  };
}

/** Tags of the routes of a rule, with its name where it has one. */
export function tagsOf(tags: readonly string[], { rule }: PlannedRule): readonly string[] {
  return rule.name === undefined ? tags : [...tags, `k8s-named-route-rule:${rule.name}`];
}

/** Name of the route of a match under a host name, as the reference controller has it for expressions. */
export function routeName(route: HTTPRoute, host: HostPattern, { index }: PlannedRule, match: PlannedMatch): string {
  const hostPart = host === '' ? '_' : host.replace('*', '_');
  return `httproute.${namespaceOf(route)}.${route.metadata.name}.${hostPart}.${index}.${match.index}`;
}
