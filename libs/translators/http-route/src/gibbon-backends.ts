import type { TrackedRead } from '@gibbon/contracts/translator';
import { bad } from '@gibbon/gateway-attachment';
import type { HTTPBackendRef, HTTPRoute, HTTPRouteFilter } from '@gibbon/k8s-types';
import { resolveBackend } from './backends.ts';
import { headerOperations, rewriteConfig, type PluginConfig } from './filter-configs.ts';
import { prefixOf, serviceIdOf, type RulePlugin } from './gibbon-filters.ts';
import type { PlannedRule } from './plan.ts';
import type { RuleProblems } from './rule-problems.ts';

/** Where the requests of a rule go. */
export interface RuleTarget {
  /** Id of the only Kong service, or `null` where a plugin chooses or answers. */
  readonly serviceId: string | null;
  readonly plugins: readonly RulePlugin[];
}

/** What backends are translated with. */
export interface BackendContext {
  readonly route: HTTPRoute;
  readonly planned: PlannedRule;
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
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
  const config = {
    backends: used.map(({ weight, service, filters }) =>
      service === null ? { weight, status: NO_BACKEND } : { weight, service, ...filters },
    ),
  };
  return { serviceId: null, plugins: [{ name: 'gibbon-traffic-split', config }] };
}

interface TranslatedBackend {
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
