import { lookUpPlugin, pluginReferences, type ServicePortRef } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { bad } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type HTTPRoute, type Service } from '@gibbon/k8s-types';
import { resolveBackend } from './backends.ts';
import type { PlannedRule } from './plan.ts';
import type { RuleProblem } from './rule-problems.ts';

/** Reason of a rule that is not served because plugins of its Services could not run. */
export const UNSUPPORTED_SERVICE_PLUGINS = 'UnsupportedServicePlugins';

/** A backend of a rule that leads to a Service. */
export interface ServiceBackend {
  /** `spec.rules.1.backendRefs.2` */
  readonly at: string;
  readonly service: Service;
}

/** The Services of backends that are there; `at` is their field. */
export function serviceBackends(
  backends: readonly { readonly at: string; readonly ref: ServicePortRef }[],
  read: TrackedRead,
): readonly ServiceBackend[] {
  return backends.flatMap(({ at, ref }) => {
    const service = read.get<Service>('Service', ref.namespace, ref.service);
    return service === null ? [] : [{ at, service }];
  });
}

/**
 * Plugins that a Service or a route binds by its annotation, such as `KongPlugin shop/keys`. Equal names may mean different plugins in different
 * namespaces, so these are compared and not the annotations. Plugins that are not there are reported where they are bound.
 */
export function boundPlugins(object: KubeObject, settings: ControllerSettings, read: TrackedRead): readonly string[] {
  const names = pluginReferences(object).flatMap((reference) => {
    const lookup = lookUpPlugin(object, reference, settings, read);
    if (lookup.found !== 'plugin') return [];
    const { kind, metadata } = lookup.plugin;
    return [metadata.namespace === undefined ? `${kind} ${metadata.name}` : `${kind} ${metadata.namespace}/${metadata.name}`];
  });
  return [...new Set(names)].sort();
}

/**
 * What keeps the plugins of a rule's Services from running: plugins run before a backend is chosen, so all Services must
 * have the same.
 */
export function pluginDifferences(
  backends: readonly ServiceBackend[],
  settings: ControllerSettings,
  read: TrackedRead,
): readonly RuleProblem[] {
  const bound = backends.map((backend) => ({ ...backend, plugins: new Set(boundPlugins(backend.service, settings, read)) }));
  return bound.flatMap(({ at, service, plugins }) =>
    [...plugins].flatMap((plugin): readonly RuleProblem[] => {
      const without = bound.find((other) => !other.plugins.has(plugin));
      if (without === undefined) return [];
      const message =
        `Service ${nameOf(service)} binds ${plugin}, but Service ${nameOf(without.service)} of the same rule does not, so the rule is not served; ` +
        'expected the same plugins on all Services of the rule, or the plugin on the HTTPRoute';
      return [serviceProblem({ at, service }, UNSUPPORTED_SERVICE_PLUGINS, message)];
    }),
  );
}

/** Plugins that run for every request of a rule: those of the route, of the rule, and of all of its backends. */
export function pluginsOfRule(
  route: HTTPRoute,
  { rule }: PlannedRule,
  settings: ControllerSettings,
  read: TrackedRead,
): ReadonlySet<string> {
  const ofRule = (rule.filters ?? []).flatMap(({ extensionRef }) =>
    extensionRef?.kind === 'KongPlugin' ? [`KongPlugin ${namespaceOf(route)}/${extensionRef.name}`] : [],
  );
  const backends = (rule.backendRefs ?? []).flatMap((ref) => {
    const backend = resolveBackend(route, ref, read);
    const service = backend.ok ? read.get<Service>('Service', backend.ref.namespace, backend.ref.service) : null;
    return service === null ? [] : [new Set(boundPlugins(service, settings, read))];
  });
  const common = [...(backends[0] ?? [])].filter((plugin) => backends.every((plugins) => plugins.has(plugin)));
  return new Set([...boundPlugins(route, settings, read), ...ofRule, ...common]);
}

/**
 * Why a Service gets no copies of a rule's requests, or `null`: copies pass no plugins, so that it must bind none but those that
 * the request itself passes.
 */
export function mirrorProblem(backend: ServiceBackend, ran: ReadonlySet<string>, own: readonly string[]): RuleProblem | null {
  const skipped = own.filter((plugin) => !ran.has(plugin));
  if (skipped.length === 0) return null;
  const message =
    `Service ${nameOf(backend.service)} binds ${skipped.join(', ')}, which requests of this rule do not pass, so it gets no copies of them; ` +
    'expected the same plugins on the Services of the rule or on the HTTPRoute';
  return serviceProblem(backend, UNSUPPORTED_SERVICE_PLUGINS, message);
}

/** A problem of a reference that names the Service as well. */
export function serviceProblem({ at, service }: ServiceBackend, reason: string, message: string): RuleProblem {
  return { field: at, verdict: bad(reason, message), concerns: 'reference', others: [refOf(service)] };
}

/** `shop/cart` */
export function nameOf(service: Service): string {
  return `${namespaceOf(service)}/${service.metadata.name}`;
}
