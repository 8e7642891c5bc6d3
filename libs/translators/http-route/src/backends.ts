import { annotationText, PROTOCOL_OF_SERVICE, resolveServicePort, type ServicePortRef } from '@gibbon/annotations';
import type { TrackedRead } from '@gibbon/contracts/translator';
import { bad, isPermitted, type Verdict } from '@gibbon/gateway-attachment';
import { GATEWAY_GROUP, namespaceOf, type BackendObjectReference, type HTTPRoute, type Service } from '@gibbon/k8s-types';

/** What a backend reference leads to. */
export type BackendResolution =
  | { readonly ok: true; readonly ref: ServicePortRef; readonly port: number }
  | { readonly ok: false; readonly problem: Verdict };

/**
 * Finds the Service port of a backend. Reasons are looked for in this order: kind, permission, existence, protocol, so that nobody
 * learns what is in a namespace that does not let him.
 */
export function resolveBackend(route: HTTPRoute, backend: BackendObjectReference, read: TrackedRead): BackendResolution {
  const { group = '', kind = 'Service', name, port } = backend;
  const namespace = backend.namespace ?? namespaceOf(route);
  if ((group !== '' && group !== 'core') || kind !== 'Service') {
    return problem('InvalidKind', `target ${namespace}/${name} has unsupported type ${group}/${kind}; expected a Service`);
  }
  const from = { group: GATEWAY_GROUP, kind: 'HTTPRoute', namespace: namespaceOf(route) };
  if (!isPermitted(from, { group: '', kind, namespace, name }, read)) {
    return problem(
      'RefNotPermitted',
      `${namespace}/${name} is in a different namespace than the HTTPRoute (namespace ${from.namespace}) and no ReferenceGrant allowing reference is configured`,
    );
  }
  const service = read.get<Service>('Service', namespace, name);
  if (service === null) return problem('BackendNotFound', `target ${namespace}/${name} of type core/Service does not exist`);
  const resolved = resolveServicePort(service, String(port ?? ''));
  if (!resolved.ok)
    return problem('BackendNotFound', `target ${namespace}/${name} of type core/Service has no port ${port}: ${resolved.problem}`);
  const unusable = protocolProblem(service, resolved.port?.appProtocol);
  if (unusable !== null)
    return problem('UnsupportedProtocol', `target ${namespace}/${name} of type core/Service, port ${port}, ${unusable}`);
  return { ok: true, ref: { namespace, service: name, port: String(port) }, port: resolved.number };
}

/** Protocols of ports that no proxy here speaks to backends; whoever knows better says so by `konghq.com/protocol`. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'HTTP/2 in clear text',
  'kubernetes.io/wss': 'WebSocket over TLS',
};

/** @see https://gateway-api.sigs.k8s.io/geps/gep-1911/ */
function protocolProblem(service: Service, appProtocol: string | undefined): string | null {
  const spoken = appProtocol === undefined ? undefined : UNSUPPORTED[appProtocol];
  if (spoken === undefined || annotationText(service, PROTOCOL_OF_SERVICE.key) !== null) return null;
  return `has appProtocol ${appProtocol}, and ${spoken} is not supported; expected another appProtocol or none, or the annotation ${PROTOCOL_OF_SERVICE.key}`;
}

function problem(reason: string, message: string): BackendResolution {
  return { ok: false, problem: bad(reason, message) };
}
