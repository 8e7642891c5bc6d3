import type { ApiAccess } from './api-access.ts';
import { Connections } from './connections.ts';

/**
 * Access to a server without TLS: `kubectl proxy`, servers of tests.
 * @param server e.g. `http://127.0.0.1:8001`.
 */
export function plainAccess(server: string, options: { readonly namespace?: string; readonly token?: () => string } = {}): ApiAccess {
  const connections = new Connections();
  return {
    server: server.replace(/\/+$/, ''),
    namespace: options.namespace ?? 'default',
    connect: async () => ({
      headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token()}` },
      dispatcher: connections.secured({}),
    }),
    renew: () => {},
    close: () => connections.close(),
  };
}
