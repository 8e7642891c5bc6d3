import { SERVICE_PORT_UNIT, servicePortUnit, type ServicePortRef } from '@gibbon/annotations';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { bad } from '@gibbon/gateway-attachment';
import { namespaceOf, type HTTPRoute, type HTTPRouteFilter } from '@gibbon/k8s-types';
import { resolveBackend } from './backends.ts';
import {
  corsConfig,
  durationMs,
  headerOperations,
  mirrorConfig,
  redirectConfig,
  retryConfig,
  rewriteConfig,
  type PluginConfig,
  type RedirectListener,
} from './filter-configs.ts';
import { missingPlugin } from './kong-filters.ts';
import type { PlannedRule } from './plan.ts';
import { trimmed } from './precedence.ts';
import type { RuleProblems } from './rule-problems.ts';
import { boundPlugins, mirrorProblem, pluginsOfRule, serviceBackends } from './service-plugins.ts';

/** A plugin for each route of a rule. */
export interface RulePlugin {
  readonly name: string;
  readonly config: PluginConfig;
}

/** What the filters of a rule, or of one of its backends, become. */
export interface TranslatedFilters {
  readonly plugins: readonly RulePlugin[];
  /** The rule answers by itself. */
  readonly redirects: boolean;
  /** A filter cannot be applied: requests must get an error rather than pass without it. */
  readonly broken: boolean;
}

/** What filters are translated with. */
export interface FilterContext {
  readonly route: HTTPRoute;
  readonly planned: PlannedRule;
  readonly listeners: readonly RedirectListener[];
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
  readonly settings: ControllerSettings;
}

/** Translates the filters of a rule. */
export function translateFilters(context: FilterContext): TranslatedFilters {
  const { planned, problems } = context;
  const { filters = [] } = planned.rule;
  const collected = new FilterCollector(context);
  for (const [index, filter] of filters.entries()) collected.add(filter, `${planned.at}.filters.${index + 1}`);
  const redirects = filters.some(({ type }) => type === 'RequestRedirect');
  const incompatible = redirects && filters.some(({ type }) => type === 'URLRewrite');
  if (incompatible) {
    problems.rule(
      `${planned.at}.filters`,
      bad('IncompatibleFilters', 'RequestRedirect and URLRewrite exclude each other; expected one of them in a rule'),
    );
  }
  return { plugins: collected.plugins(planned.rule), redirects, broken: collected.broken || incompatible };
}

class FilterCollector {
  broken = false;
  readonly #context: FilterContext;
  readonly #headers: { request?: PluginConfig; response?: PluginConfig } = {};
  readonly #mirrors: PluginConfig[] = [];
  readonly #plugins: RulePlugin[] = [];

  constructor(context: FilterContext) {
    this.#context = context;
  }

  add(filter: HTTPRouteFilter, at: string): void {
    const { planned, listeners } = this.#context;
    const prefix = prefixOf(planned);
    const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, requestMirror, cors, extensionRef } = filter;
    if (filter.type === 'RequestHeaderModifier' && requestHeaderModifier) this.#headers.request = headerOperations(requestHeaderModifier);
    else if (filter.type === 'ResponseHeaderModifier' && responseHeaderModifier)
      this.#headers.response = headerOperations(responseHeaderModifier);
    else if (filter.type === 'RequestRedirect' && requestRedirect)
      this.#push('gibbon-redirect', redirectConfig(requestRedirect, prefix, listeners));
    else if (filter.type === 'URLRewrite' && urlRewrite) this.#push('gibbon-url-rewrite', rewriteConfig(urlRewrite, prefix));
    else if (filter.type === 'CORS' && cors) this.#push('gibbon-cors', corsConfig(cors));
    else if (filter.type === 'RequestMirror' && requestMirror) this.#mirror(requestMirror, at);
    else if (filter.type === 'ExtensionRef' && extensionRef) this.#extension(extensionRef, at);
    else this.#unsupported(filter.type, at);
  }

  plugins({ timeouts, retry }: Pick<PlannedRule['rule'], 'timeouts' | 'retry'>): readonly RulePlugin[] {
    const { request, response } = this.#headers;
    if (request !== undefined || response !== undefined) {
      this.#push('gibbon-header-modifier', { ...(request && { request }), ...(response && { response }) });
    }
    if (this.#mirrors.length > 0) this.#push('gibbon-mirror', { mirrors: this.#mirrors });
    const limits = timeoutsConfig(timeouts);
    if (limits !== null) this.#push('gibbon-timeouts', limits);
    if (retry !== undefined) this.#push('gibbon-retries', retryConfig(retry));
    return this.#plugins;
  }

  #push(name: string, config: PluginConfig): void {
    this.#plugins.push({ name, config });
  }

  /** A mirror that cannot be reached, or may not be without its plugins, is left out; the request itself is unaffected. */
  #mirror(mirror: NonNullable<HTTPRouteFilter['requestMirror']>, place: string): void {
    const { route, planned, settings, read, problems } = this.#context;
    const at = `${place}.requestMirror.backendRef`;
    const backend = resolveBackend(route, mirror.backendRef, read);
    if (!backend.ok) {
      problems.reference(at, backend.problem);
      return;
    }
    for (const present of serviceBackends([{ at, ref: backend.ref }], read)) {
      const plugins = boundPlugins(present.service, settings, read);
      const problem = plugins.length === 0 ? null : mirrorProblem(present, pluginsOfRule(route, planned, settings, read), plugins);
      if (problem === null) continue;
      problems.add(problem);
      return;
    }
    const service = serviceIdOf(backend.ref, read);
    if (service !== null) this.#mirrors.push(mirrorConfig(mirror, service));
  }

  /** KongPlugins are bound by the unit of the route's plugins; here is only asked whether they are there. */
  #extension({ group, kind, name }: NonNullable<HTTPRouteFilter['extensionRef']>, at: string): void {
    const { route, read, problems } = this.#context;
    const namespace = namespaceOf(route);
    if (group !== 'configuration.konghq.com' || kind !== 'KongPlugin') {
      this.broken = true;
      problems.reference(
        `${at}.extensionRef`,
        bad('InvalidKind', `plugin ${group}/${kind} unsupported; expected configuration.konghq.com/KongPlugin`),
      );
    } else if (read.get('KongPlugin', namespace, name) === null) {
      this.broken = true;
      problems.reference(`${at}.extensionRef`, missingPlugin(namespace, name));
    }
  }

  #unsupported(type: string, at: string): void {
    this.broken = true;
    const expected = 'RequestHeaderModifier, ResponseHeaderModifier, RequestRedirect, URLRewrite, RequestMirror, CORS, ExtensionRef';
    this.#context.problems.rule(`${at}.type`, bad('UnsupportedValue', `filter ${type} is not supported; expected one of ${expected}`));
  }
}

function timeoutsConfig(timeouts: PlannedRule['rule']['timeouts']): PluginConfig | null {
  const requestMs = timeouts?.request === undefined ? 0 : durationMs(timeouts.request);
  const backendRequestMs = timeouts?.backendRequest === undefined ? 0 : durationMs(timeouts.backendRequest);
  if (requestMs === 0 && backendRequestMs === 0) return null;
  return { ...(requestMs > 0 && { requestMs }), ...(backendRequestMs > 0 && { backendRequestMs }) };
}

/** The prefix that a rule's only match has, which ReplacePrefixMatch replaces. */
export function prefixOf({ matches }: PlannedRule): string {
  const path = matches[0]?.path;
  return path?.type === 'PathPrefix' ? trimmed(path.value) : '/';
}

/** Id of the Kong service of a Service's port, or `null` where it is broken, which is reported there. */
export function serviceIdOf(ref: ServicePortRef, read: TrackedRead): string | null {
  const output = read.output(servicePortUnit(SERVICE_PORT_UNIT, ref));
  return output?.entities.find((draft) => draft.type === 'services')?.entity.id ?? null;
}
