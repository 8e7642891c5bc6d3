import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type HTTPRoute, type Ingress, type IngressServiceBackend } from '@gibbon/k8s-types';

/** Ingresses by the Services of their backends. */
export const INGRESSES_OF_SERVICE: IndexDefinition = Object.freeze({
  name: 'ingresses.service',
  kind: 'Ingress',
  values: (object) => [...new Set(backendsOf(object as Ingress).map(({ name }) => `${namespaceOf(object)}/${name}`))],
} satisfies IndexDefinition);

/** HTTPRoutes by the Services of their backends. */
export const HTTP_ROUTES_OF_SERVICE: IndexDefinition = Object.freeze({
  name: 'http-routes.service',
  kind: 'HTTPRoute',
  values: (object) => [...new Set(rulesWithServices(object as HTTPRoute).flatMap(({ services }) => services))],
} satisfies IndexDefinition);

/** The Services, `<namespace>/<name>`, of the backends of each rule of an HTTPRoute; rules count from 0. */
export function rulesWithServices(route: HTTPRoute): readonly { readonly rule: number; readonly services: readonly string[] }[] {
  return (route.spec.rules ?? []).map(({ backendRefs = [] }, rule) => ({
    rule,
    services: backendRefs.flatMap(({ group = '', kind = 'Service', namespace = namespaceOf(route), name, weight = 1 }) =>
      (group === '' || group === 'core') && kind === 'Service' && weight > 0 ? [`${namespace}/${name}`] : [],
    ),
  }));
}

/** Services that an Ingress names, with their ports. */
export function backendsOf({ spec }: Ingress): readonly IngressServiceBackend[] {
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap((rule) => rule.http?.paths.map((path) => path.backend) ?? [])];
  return backends.map((backend) => backend?.service).filter((service) => service !== undefined);
}
