import type { AdminContext } from '../context.ts';
import { EndpointTable } from '../http/endpoint-table.ts';
import { message } from '../http/message.ts';
import { patchConfig, readConfig, writeConfig } from './config.ts';
import { upstreamHealth } from './health.ts';
import { metrics } from './metrics.ts';
import { enabledPluginNames, root } from './root.ts';
import { ready, status } from './status.ts';

/** Endpoints of the Admin API. */
export function adminEndpoints(context: AdminContext): EndpointTable {
  const table = new EndpointTable({
    '/': { GET: () => root(context) },
    '/config': {
      GET: () => readConfig(context),
      PATCH: (request) => patchConfig(context, request),
      POST: (request) => writeConfig(context, request),
    },
    '/endpoints': { GET: () => ({ status: 200, body: { data: table.paths } }) },
    '/metrics': { GET: () => metrics(context) },
    '/plugins/enabled': { GET: () => enabledPluginNames(context) },
    '/robots.txt': { GET: () => ({ status: 200, body: 'User-agent: *\nDisallow: /', type: 'text/plain; charset=utf-8' }) },
    '/status': { GET: (request) => status(context, request) },
    '/status/dns': { GET: () => message(501, 'not implemented with the legacy DNS client') },
    '/upstreams/{upstream}/health': { GET: (request) => upstreamHealth(context, request) },
  });
  return table;
}

/** Endpoints of the Status API: what probes and scrapers ask, and nothing that changes the node. */
export function statusEndpoints(context: AdminContext): EndpointTable {
  return new EndpointTable({
    '/metrics': { GET: () => metrics(context) },
    '/status': { GET: (request) => status(context, request) },
    '/status/dns': { GET: () => message(501, 'not implemented with the legacy DNS client') },
    '/status/ready': { GET: () => ready(context) },
  });
}
