import { backendGroupUnit, objectTags, pluginBindingUnit, pluginReferences, type Draft, type ServicePortRef } from '@gibbon/annotations';
import type { ControllerSettings, TargetProfile, TrackedRead } from '@gibbon/contracts/translator';
import { bad } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type HTTPRoute, type Service } from '@gibbon/k8s-types';
import { cacheKey, controllerEntityId, entityId } from '@gibbon/model';
import { resolveBackend, type BackendResolution } from './backends.ts';
import { durationMs, type PluginConfig } from './filter-configs.ts';
import type { ServedRoute } from './hosts.ts';
import { kongFilters, type KongFilters } from './kong-filters.ts';
import { kongProblem, kongRoutes, type KongRoute } from './kong-matches.ts';
import { kongServiceFields, kongServiceProblems } from './kong-service-fields.ts';
import type { PlannedRule } from './plan.ts';
import { annotatedFields } from './route-fields.ts';
import type { RuleProblems } from './rule-problems.ts';
import { serviceBackends } from './service-plugins.ts';

/** What the rules of a route are translated with. */
export interface KongRoutesContext {
  readonly draft: Draft;
  readonly route: HTTPRoute;
  readonly served: ServedRoute;
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
  readonly target: TargetProfile;
  readonly settings: ControllerSettings;
}

/** A rule and its filters. */
export interface KongRule {
  readonly planned: PlannedRule;
  readonly filters: KongFilters;
}

const DEFAULT_PORT = 80;
const DEFAULT_TIMEOUT_MS = 60_000;
const NO_BACKEND = 'no existing backendRef provided';

/** Yields services and routes for Kong, as the reference controller does; @returns whether some rule is served. */
export function addKongRoutes(context: KongRoutesContext, rules: readonly PlannedRule[]): boolean {
  const { problems } = context;
  const translated = rules.map((planned): KongRule => ({ planned, filters: kongFilters(planned, context) }));
  for (const { planned } of translated) reportUnsupported(planned, problems, context.target);
  const usable = translated.filter(
    ({ planned, filters }) => !filters.broken && planned.matches.some((match) => kongProblem(match) === null),
  );
  const groups = new Map<string, KongRule[]>();
  for (const rule of usable) {
    const key = JSON.stringify((rule.planned.rule.backendRefs ?? []).map((ref) => JSON.stringify(ref)).sort());
    groups.getOrInsertComputed(key, () => []).push(rule);
  }
  // Every group is translated, so that all problems are reported at once.
  return [...groups.values()].map((group) => addGroup(context, group) && group.some(({ filters }) => !filters.refuses)).includes(true);
}

function reportUnsupported({ matches, rule, at }: PlannedRule, problems: RuleProblems, { routerFlavor }: TargetProfile): void {
  for (const match of matches) {
    const { queryParams, index } = match;
    const unsupported = kongProblem(match);
    const field = `${at}.matches.${index + 1}`;
    if (unsupported !== null) problems.rule(field, bad('UnsupportedValue', unsupported));
    else if (queryParams.length > 0 && routerFlavor !== 'expressions') {
      problems.rule(
        `${field}.queryParams`,
        bad(
          'UnsupportedValue',
          "HTTPRoute can't be routed: query param matches are not yet supported; expected none, or the router flavour expressions",
        ),
      );
    }
  }
  for (const [index, { filters = [] }] of (rule.backendRefs ?? []).entries()) {
    if (filters.length > 0)
      problems.rule(
        `${at}.backendRefs.${index + 1}.filters`,
        bad('UnsupportedValue', 'Kong has no filters for single backends; expected none, or the profile gibbon'),
      );
  }
  if (rule.retry !== undefined)
    problems.rule(
      `${at}.retry`,
      bad('UnsupportedValue', 'Kong retries by the annotation konghq.com/retries of a Service alone; expected that, or the profile gibbon'),
    );
  if (rule.timeouts?.request !== undefined)
    problems.rule(
      `${at}.timeouts.request`,
      bad('UnsupportedValue', 'Kong has no limit for whole requests; expected backendRequest, or the profile gibbon'),
    );
}

/** One Kong service for the rules with the same backends; @returns whether they are served. */
function addGroup(context: KongRoutesContext, rules: readonly KongRule[]): boolean {
  const { draft, route, read } = context;
  const [first] = rules as [KongRule, ...KongRule[]];
  const name = `httproute.${namespaceOf(route)}.${route.metadata.name}.${first.planned.index}`;
  const refs = first.planned.rule.backendRefs ?? [];
  const resolved = refs.map((ref): BackendResolution => resolveBackend(route, ref, read));
  if (reportBackends(context, rules)) return false;
  const backends = resolved.flatMap((backend, index) => (backend.ok ? [{ ...backend.ref, weight: refs[index]?.weight ?? null }] : []));
  const [one] = backends;
  // All have the same settings.
  const service = one === undefined ? null : read.get<Service>('Service', one.namespace, one.service);
  const tags = objectTags(backends.length === 1 && service !== null ? service : route);
  const id = controllerEntityId('services', name);
  const owner = refOf(route);
  const port = resolved.reduce((last, backend) => (backend.ok ? backend.port : last), DEFAULT_PORT);
  const fields = kongServiceFields(draft, service, timeoutOf(rules));
  if (draft.add('services', { id, name, host: name, port, ...fields, tags }, { owner }) === null) return false;
  if (refs.length > 0 && backends.length === 0) {
    const pluginId = entityId('plugins', cacheKey('plugins', ['request-termination', '', id, '']));
    draft.add(
      'plugins',
      { id: pluginId, name: 'request-termination', service: { id }, config: { status_code: 500, message: NO_BACKEND }, tags },
      { owner },
    );
  }
  const group = backendGroupUnit({ name, route: { namespace: namespaceOf(route), name: route.metadata.name }, backends });
  read.include(group);
  if (service !== null && pluginReferences(service).length > 0) read.include(pluginBindingUnit(group));
  const common = { ...annotatedFields(draft, route), service: { id } };
  for (const kongRoute of kongRoutes(context, rules)) addRoute(context, kongRoute, common);
  return true;
}

/** Reports what is wrong with the backends of a group under each of its rules; @returns whether it must not be served. */
function reportBackends(context: KongRoutesContext, rules: readonly KongRule[]): boolean {
  const { route, read, problems } = context;
  let refused = false;
  for (const { planned } of rules) {
    const present: { readonly at: string; readonly ref: ServicePortRef }[] = [];
    for (const [index, ref] of (planned.rule.backendRefs ?? []).entries()) {
      const at = `${planned.at}.backendRefs.${index + 1}`;
      const backend = resolveBackend(route, ref, read);
      if (backend.ok) present.push({ at, ref: backend.ref });
      else problems.reference(at, backend.problem);
    }
    const found = kongServiceProblems(serviceBackends(present, read), context);
    problems.add(...found);
    refused ||= found.length > 0;
  }
  return refused;
}

function timeoutOf(rules: readonly KongRule[]): number {
  const limits = rules.flatMap(({ planned }) =>
    planned.rule.timeouts?.backendRequest === undefined ? [] : [durationMs(planned.rule.timeouts.backendRequest)],
  );
  return limits.findLast((limit) => limit > 0) ?? DEFAULT_TIMEOUT_MS;
}

function addRoute({ draft, route }: KongRoutesContext, { name, fields, tags, plugins, at }: KongRoute, common: PluginConfig): void {
  const owner = refOf(route);
  const id = controllerEntityId('routes', name);
  if (draft.add('routes', { id, name, ...common, ...fields, tags }, { owner, locate: () => at }) === null) return;
  for (const [plugin, config] of plugins) {
    // Tags of the plugin lead to the route's object, and not to its rule.
    const pluginTags = objectTags(route);
    draft.add(
      'plugins',
      { id: entityId('plugins', cacheKey('plugins', [plugin, id, '', ''])), name: plugin, route: { id }, config, tags: pluginTags },
      { owner, locate: () => at },
    );
  }
}
