import { defineModule } from '@gibbon/contracts/module';
import { HTTP_CLIENT } from '@gibbon/contracts/services';
import { MapOf, Nullable, schema, SetOf, Type } from '@gibbon/schema';
import { ActiveHttpCheck } from './active-http.ts';

const status = Type.Integer({ minimum: 100, maximum: 999 });
const UNHEALTHY = [429, 404, 500, 501, 502, 503, 504, 505];

const config = schema(
  Type.Object({
    type: Type.Enum(['http', 'https'], { default: 'http', description: 'Whether to probe over TLS.' }),
    timeout: Type.Number({ minimum: 0, maximum: 65_535, default: 1, description: 'Seconds from connect to the end of the answer.' }),
    http_path: Type.String({ default: '/', pattern: '^/', description: 'Path and query of the probe.' }),
    https_sni: Nullable(Type.String({ description: 'TLS server name; default the Host.' })),
    https_verify_certificate: Type.Boolean({ default: true, description: 'Whether the certificate of the target must be valid.' }),
    headers: Nullable(MapOf(Type.Array(Type.String()), { description: 'Further header fields of the probe, each with its values.' })),
    host_header: Nullable(Type.String({ description: 'Host of the probe; default the name of the target.' })),
    healthy: Type.Object(
      {
        http_statuses: SetOf(status, { default: [200, 302], description: 'Statuses that count as successes.' }),
      },
      { description: 'What counts for a target.' },
    ),
    unhealthy: Type.Object(
      {
        http_statuses: SetOf(status, { default: UNHEALTHY, description: 'Statuses that count as HTTP failures.' }),
      },
      { description: 'What counts against a target.' },
    ),
  }),
);

/**
 * Kong's active HTTP and HTTPS health checks. Intervals, counts and limits are the runtime's.
 * @see https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/
 */
export default defineModule({
  kind: 'health',
  id: 'health.active-http',
  summary: 'Probes targets with HTTP or HTTPS requests.',
  config,
  requires: { http: HTTP_CLIENT },
  traits: { mode: 'active', types: ['http', 'https'] },
  create: ({ config, deps }) =>
    new ActiveHttpCheck(
      {
        type: config.type,
        path: config.http_path,
        host: config.host_header,
        headers: Object.entries(config.headers ?? {}).flatMap(([name, values]) => values.flatMap((value) => [name, value])),
        timeoutMs: config.timeout * 1000,
        sni: config.https_sni,
        verify: config.https_verify_certificate,
        healthy: new Set(config.healthy.http_statuses),
        unhealthy: new Set(config.unhealthy.http_statuses),
      },
      deps.http,
    ),
});
