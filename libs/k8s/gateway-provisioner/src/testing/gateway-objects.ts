import type { Gateway, GatewayClass, Listener } from '@gibbon/k8s-types';

/** A class of ours. */
export function gatewayClass(
  name = 'gibbon',
  more: { readonly annotations?: Record<string, string>; readonly spec?: object } = {},
): GatewayClass {
  const { annotations = {}, spec = {} } = more;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name, annotations },
    spec: { controllerName: 'gibbon.dev/gateway-controller', ...spec },
  };
}

/** A listener for HTTP. */
export function httpListener(port = 80, more: Partial<Listener> = {}): Listener {
  return { name: `http-${port}`, port, protocol: 'HTTP', ...more };
}

/** A Gateway `default/web` of the class `gibbon`, with one listener on port 80. */
export function gateway(spec: Partial<Gateway['spec']> = {}, metadata: Partial<Gateway['metadata']> = {}): Gateway {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { namespace: 'default', name: 'web', uid: 'uid-web', generation: 1, ...metadata },
    spec: { gatewayClassName: 'gibbon', listeners: [httpListener()], ...spec },
  };
}
