import { kongRouteName, portText, type ServicePortRef } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import { namespaceOf, type HTTPIngressPath, type Ingress, type PathType } from '@gibbon/k8s-types';

/** A path of a rule. */
export interface PlannedPath {
  /** With single slashes, never empty. */
  readonly path: string;
  readonly type: PathType;
  /** Where it stands in the Ingress: `spec.rules.1.http.paths.2`. */
  readonly at: string;
}

/** A route to be: everything that an Ingress sends from one host to one port of one Service. */
export interface RoutePlan {
  readonly name: string;
  /** Empty for every host. */
  readonly host: string;
  /** Where the host stands in the Ingress. */
  readonly hostAt: string;
  readonly backend: ServicePortRef;
  /** In the order of the Ingress; never empty. */
  readonly paths: readonly PlannedPath[];
}

/** A backend that is no Service. */
export interface ForeignBackend {
  readonly at: string;
  readonly kind: string;
}

/** What the rules of an Ingress ask for. */
export interface IngressPlan {
  readonly routes: readonly RoutePlan[];
  readonly foreign: readonly ForeignBackend[];
}

/** Groups the paths of an Ingress by host, Service and port, as the reference controller does. */
export function planRoutes(ingress: Ingress): IngressPlan {
  const routes = new Map<string, RoutePlan & { readonly paths: PlannedPath[] }>();
  const foreign: ForeignBackend[] = [];
  for (const [ruleIndex, rule] of (ingress.spec?.rules ?? []).entries()) {
    const ruleAt = `spec.rules.${ruleIndex + 1}`;
    for (const [pathIndex, path] of (rule.http?.paths ?? []).entries()) {
      const at = `${ruleAt}.http.paths.${pathIndex + 1}`;
      const backend = backendRef(ingress, path.backend);
      if (backend === null) {
        foreign.push({ at: `${at}.backend`, kind: path.backend.resource?.kind ?? 'none' });
        continue;
      }
      const host = rule.host ?? '';
      const key = `${backend.service}/${backend.port}/${host}`;
      let route = routes.get(key);
      if (route === undefined) {
        route = { name: kongRouteName(ingress.metadata.name, host, backend), host, hostAt: `${ruleAt}.host`, backend, paths: [] };
        routes.set(key, route);
      }
      route.paths.push(plannedPath(path, at));
    }
  }
  return { routes: [...routes.values()], foreign };
}

/** The port of a Service that a backend names, or `null` when it names something else. */
export function backendRef(ingress: KubeObject, backend: HTTPIngressPath['backend']): ServicePortRef | null {
  const { service } = backend;
  return service === undefined ? null : { namespace: namespaceOf(ingress), service: service.name, port: portText(service.port) };
}

function plannedPath({ path = '', pathType = 'ImplementationSpecific' }: HTTPIngressPath, at: string): PlannedPath {
  return { path: path.replaceAll(/\/{2,}/g, '/') || '/', type: pathType, at };
}
