import { RESTRICTED } from '@gibbon/cluster-install';
import { ECHO_IMAGE } from '@gibbon/testbed';
import { gateway, type Place } from '../support/manifests.ts';
import type { KubeObject } from '../support/objects.ts';

/** Where the objects of these tests are, and the Gateway with proxies of its own that most of them use. */
export const NAMESPACE = 'gateway-api';
export const at = (name: string): Place => ({ namespace: NAMESPACE, name });
export const WEB = at('web');
/** Each with a listener of one host name: two for each way in which routes differ. */
export const HOST_PORTS = { exact: [8081, 8082, 8083], wildcard: [8084, 8085, 8086] } as const;
/** One host name with a certificate for each port. */
export const SECURE_HOST = 'secure.test';
export const SECURE_PORTS = [443, 8443] as const;
export const WAIT = { timeout: 60_000, interval: 100 };

/** The Gateway: port 80 for every host, the others for one each; Secrets `port-443` and `port-8443` are to exist. */
export function webGateway(): object {
  const named = gateway(WEB, 'gibbon') as { spec: { listeners: object[] } };
  for (const [kind, ports] of Object.entries(HOST_PORTS)) {
    const hostname = kind === 'exact' ? 'abc.example.com' : '*.example.com';
    named.spec.listeners.push(...ports.map((port) => ({ name: `${kind}-${port}`, protocol: 'HTTP', port, hostname })));
  }
  for (const port of SECURE_PORTS) {
    const tls = { certificateRefs: [{ name: `port-${port}` }] };
    named.spec.listeners.push({ name: `https-${port}`, protocol: 'HTTPS', port, hostname: SECURE_HOST, tls });
  }
  return named;
}

/** A match of a path prefix. */
export function prefix(value: string): { readonly path: object } {
  return { path: { type: 'PathPrefix', value } };
}

/** A filter that adds a field to responses, to see which rule answered. */
export function answeredBy(rule: string): object {
  return { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'x-rule', value: rule }] } };
}

/** A pod of the testbed's echo server that is ready as soon as it runs, wherever it listens. */
export function echoPod(place: Place, labels: Readonly<Record<string, string>>, port: number): object {
  const env = [
    { name: 'PORT', value: String(port) },
    { name: 'POD_NAME', value: place.name },
  ];
  const container = { name: 'echo', image: ECHO_IMAGE, imagePullPolicy: 'Never', env, securityContext: RESTRICTED };
  const spec = { containers: [container], terminationGracePeriodSeconds: 1 };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...place, labels }, spec };
}

/** A Service of port 80. */
export function service(place: Place, selector: Readonly<Record<string, string>>, targetPort: number): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: place, spec: { selector, ports: [{ port: 80, targetPort }] } };
}

/** The own entry of a route's status for a Gateway: its conditions as `Type=Status/Reason`, all of the current generation. */
export function verdicts(route: KubeObject | null, gatewayName = WEB.name): readonly string[] {
  const parent = route?.status?.parents?.find(
    (each: any) => each.parentRef.name === gatewayName && each.controllerName.startsWith('gibbon.dev/'),
  );
  return verdictsOf(parent?.conditions, route);
}

/** Conditions of the object's current generation as `Type=Status/Reason`, in the order of their names. */
export function verdictsOf(conditions: readonly any[] | undefined, object: KubeObject | null): readonly string[] {
  const current = (conditions ?? []).filter((each) => each.observedGeneration === object?.metadata.generation);
  return current.map(({ type, status, reason }) => `${type}=${status}/${reason}`).sort();
}
