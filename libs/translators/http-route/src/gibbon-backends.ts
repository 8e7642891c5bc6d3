import { SERVICE_PORT_UNIT, servicePortUnit, type ServicePortRef } from '@gibbon/annotations';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { bad } from '@gibbon/gateway-attachment';
import type { HTTPBackendRef, HTTPRoute, HTTPRouteFilter } from '@gibbon/k8s-types';
import { resolveBackend } from './backends.ts';
import { headerOperations, rewriteConfig, type PluginConfig } from './filter-configs.ts';
import { prefixOf, serviceIdOf, type RulePlugin } from './gibbon-filters.ts';
import type { PlannedRule } from './plan.ts';
import type { RuleProblems } from './rule-problems.ts';
import {
  boundPlugins,
  nameOf,
  pluginDifferences,
  serviceBackends,
  serviceProblem,
  UNSUPPORTED_SERVICE_PLUGINS,
} from './service-plugins.ts';

/** Where the requests of a rule go. */
export interface RuleTarget {
  /**
   * Id of the only Kong service, or of one whose plugins are those of all where a plugin chooses among them; `null` where a
   * plugin chooses and there are none, or answers.
   */
  readonly serviceId: string | null;
  readonly plugins: readonly RulePlugin[];
}

/** What backends are translated with. */
export interface BackendContext {
  readonly route: HTTPRoute;
  readonly planned: PlannedRule;
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
  readonly settings: ControllerSettings;
}

const DEFAULT_WEIGHT = 1;
/** What requests get whose backend is not there. */
const NO_BACKEND = 500;

/** All requests of a rule get an error. */
export const ANSWER_WITH_ERROR: RuleTarget = Object.freeze({
  serviceId: null,
  plugins: Object.freeze([
    {
      name: 'gibbon-traffic-split',
      config: Object.freeze({ backends: Object.freeze([Object.freeze({ weight: DEFAULT_WEIGHT, status: NO_BACKEND })]) }),
    },
  ]),
});

/**
 * The backends of a rule: the Kong service itself where there is one and nothing else to do; a traffic split otherwise. A
 * backend that is not there keeps its share, which is answered with 500.
 */
export function translateBackends(context: BackendContext): RuleTarget {
  const refs = context.planned.rule.backendRefs ?? [];
  const backends = refs.map((ref, index) => backendConfig(ref, `${context.planned.at}.backendRefs.${index + 1}`, context));
  const used = backends.filter(({ weight }) => weight > 0);
  const [only] = used;
  if (only === undefined) return ANSWER_WITH_ERROR;
  if (used.length === 1 && only.service !== null && only.filters === null) return { serviceId: only.service, plugins: [] };
  const runner = pluginRunner(used, context);
  if (runner === null) return ANSWER_WITH_ERROR;
  const config = {
    backends: used.map(({ weight, service, filters }) =>
      service === null ? { weight, status: NO_BACKEND } : { weight, service, ...filters },
    ),
  };
  return { ...runner, plugins: [{ name: 'gibbon-traffic-split', config }] };
}

/**
 * The Kong service that a route has for its plugins while a traffic split chooses where requests go: any of those that are
 * there, when all have the same plugins, and none where none has any. @returns `null` where the plugins could not run, which is
 * reported.
 */
function pluginRunner(
  used: readonly TranslatedBackend[],
  { read, problems, settings }: BackendContext,
): { readonly serviceId: string | null } | null {
  const present = used.flatMap(({ at, ref, service }) => (ref === null || service === null ? [] : [{ at, ref, id: service }]));
  const backends = serviceBackends(present, read);
  const differences = pluginDifferences(backends, settings, read);
  problems.add(...differences);
  if (differences.length > 0) return null;
  const [first] = backends;
  const plugins = first === undefined ? [] : boundPlugins(first.service, settings, read);
  if (first === undefined || plugins.length === 0) return { serviceId: null };
  // The path of a route's service comes before the chosen one's, so that a service with one cannot stand for the others.
  const runner = present.find(({ ref }) => !hasPath(ref, read));
  if (runner !== undefined) return { serviceId: runner.id };
  problems.add(
    serviceProblem(
      first,
      UNSUPPORTED_SERVICE_PLUGINS,
      `Service ${nameOf(first.service)} binds ${plugins.join(', ')} and has konghq.com/path, which exclude each other in a rule with several backends or backend filters, so the rule is not served; expected no path, or the plugins on the HTTPRoute`,
    ),
  );
  return null;
}

function hasPath(ref: ServicePortRef, read: TrackedRead): boolean {
  const output = read.output(servicePortUnit(SERVICE_PORT_UNIT, ref));
  return (output?.entities ?? []).some((draft) => draft.type === 'services' && draft.entity.path !== null && draft.entity.path !== '/');
}

interface TranslatedBackend {
  /** `spec.rules.1.backendRefs.2` */
  readonly at: string;
  /** What it refers to, or `null` where that is not there. */
  readonly ref: ServicePortRef | null;
  readonly weight: number;
  /** Id of the Kong service; `null`: requests get an error. */
  readonly service: string | null;
  readonly filters: PluginConfig | null;
}

function backendConfig(ref: HTTPBackendRef, at: string, context: BackendContext): TranslatedBackend {
  const { route, read, problems } = context;
  const weight = ref.weight ?? DEFAULT_WEIGHT;
  const filters = backendFilters(ref.filters ?? [], `${at}.filters`, context);
  const backend = resolveBackend(route, ref, read);
  if (!backend.ok) problems.reference(at, backend.problem);
  return {
    at,
    ref: backend.ok ? backend.ref : null,
    weight,
    service: backend.ok && filters !== 'broken' ? serviceIdOf(backend.ref, read) : null,
    filters: filters === 'broken' ? null : filters,
  };
}

/** Filters of one backend; those that cannot be applied break it. */
function backendFilters(
  filters: readonly HTTPRouteFilter[],
  at: string,
  { planned, problems }: BackendContext,
): PluginConfig | 'broken' | null {
  const config: Record<string, unknown> = {};
  let broken = false;
  for (const [index, { type, requestHeaderModifier, responseHeaderModifier, urlRewrite }] of filters.entries()) {
    if (type === 'RequestHeaderModifier' && requestHeaderModifier) config['requestHeaders'] = headerOperations(requestHeaderModifier);
    else if (type === 'ResponseHeaderModifier' && responseHeaderModifier)
      config['responseHeaders'] = headerOperations(responseHeaderModifier);
    else if (type === 'URLRewrite' && urlRewrite) config['rewrite'] = rewriteConfig(urlRewrite, prefixOf(planned));
    else {
      broken = true;
      const expected = 'RequestHeaderModifier, ResponseHeaderModifier, URLRewrite';
      problems.rule(
        `${at}.${index + 1}.type`,
        bad('UnsupportedValue', `filter ${type} is not supported on a backend; expected one of ${expected}`),
      );
    }
  }
  if (broken) return 'broken';
  return Object.keys(config).length === 0 ? null : config;
}
