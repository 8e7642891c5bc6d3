import type { Logger } from '@gibbon/contracts/services';
import type { AdminContext } from './context.ts';
import { adminEndpoints, statusEndpoints } from './endpoints/table.ts';
import { listen, type AdminAddress, type AdminServer, type AdminTls } from './http/admin-server.ts';
import type { EndpointTable } from './http/endpoint-table.ts';

/** What {@link serveAdminApi} and {@link serveStatusApi} need. */
export interface ServeOptions {
  readonly context: AdminContext;
  /** Addresses to listen on; empty opens nothing. */
  readonly addresses: readonly AdminAddress[];
  /** Credentials of the addresses that speak TLS; required when there are any. */
  readonly tls?: AdminTls | null;
  readonly log: Logger;
  /** Largest body; longer ones get 413. Default 128 MiB: Kong's 10 MB are too few for large clusters. */
  readonly maxBodyBytes?: number;
  /** Web origins (`https://manager.example`) whose pages may use the API from a browser; default none. */
  readonly allowedOrigins?: readonly string[];
}

const LIMITS = { headersTimeoutMs: 10_000, requestTimeoutMs: 120_000, keepAliveTimeoutMs: 75_000 };
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/**
 * Serves Kong's Admin API, as far as a node without a database has it. There is no authentication but by certificates of
 * clients, over TLS: keep it on loopback otherwise, or behind something that authenticates.
 * @throws GatewayError `GW_ADMIN_LISTEN` when an address cannot be listened on; nothing stays open then.
 * @see https://developer.konghq.com/api/gateway/admin-oss/
 */
export function serveAdminApi(options: ServeOptions): Promise<AdminServer> {
  return serve(options, adminEndpoints(options.context));
}

/**
 * Serves Kong's Status API: probes and metrics, read-only.
 * @throws GatewayError `GW_ADMIN_LISTEN` as {@link serveAdminApi}.
 * @see https://developer.konghq.com/api/gateway/status/
 */
export function serveStatusApi(options: ServeOptions): Promise<AdminServer> {
  return serve(options, statusEndpoints(options.context));
}

function serve(options: ServeOptions, endpoints: EndpointTable): Promise<AdminServer> {
  const { context, addresses, log, tls = null, maxBodyBytes = MAX_BODY_BYTES, allowedOrigins = [] } = options;
  if (tls === null && addresses.some(({ ssl }) => ssl === true)) throw new Error('addresses with TLS need credentials');
  const serverName = `gibbon/${context.node.gibbonVersion}`;
  const handler = { endpoints, serverName, maxBodyBytes, allowedOrigins, log, now: () => performance.now() };
  return listen(addresses, { handler, limits: LIMITS, tls });
}
