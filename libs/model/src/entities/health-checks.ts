import type { HealthCheckType } from '@gibbon/contracts/entities';
import { MapOf, Nullable, Type } from '@gibbon/schema';

const TYPES = ['tcp', 'http', 'https', 'grpc', 'grpcs'] as const satisfies readonly HealthCheckType[];

const ACTIVE_HEALTHY = [200, 302];
const ACTIVE_UNHEALTHY = [429, 404, 500, 501, 502, 503, 504, 505];
const PASSIVE_HEALTHY = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];
const PASSIVE_UNHEALTHY = [429, 500, 503];

/**
 * Health checks of an upstream. Defaults stand on the innermost fields, where clients that fill in defaults look.
 * @see https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/
 */
export function HealthChecksField() {
  return Type.Object(
    {
      threshold: Type.Number({
        minimum: 0,
        maximum: 100,
        default: 0,
        description: 'Percent of weight that must be available.',
        ...LENIENT,
      }),
      active: ActiveField(),
      passive: PassiveField(),
    },
    { description: 'Health checks.' },
  );
}

/** Kong lets these be `null`, with the meaning of the default. */
const LENIENT = { 'x-null-is-default': true };

function ActiveField() {
  return Type.Object(
    {
      type: typeField(),
      timeout: seconds(1, 'Seconds that a probe may take.'),
      concurrency: Type.Integer({ minimum: 1, maximum: 2 ** 31, default: 10, description: 'Probes at a time.', ...LENIENT }),
      http_path: Type.String({ format: 'path', default: '/', description: 'Path of the probe.', ...LENIENT }),
      https_sni: Nullable(Type.String({ format: 'sni', description: 'TLS server name of the probe.' })),
      https_verify_certificate: Type.Boolean({ default: true, description: "Whether the target's certificate is verified.", ...LENIENT }),
      headers: Nullable(MapOf(Type.Array(Type.String()), { propertyNames: Type.String({ format: 'header-name' }) }), {
        description: 'Further header fields of the probe.',
      }),
      healthy: Type.Object({
        interval: seconds(0, 'Seconds between probes of healthy targets; 0 = off.'),
        http_statuses: statuses(ACTIVE_HEALTHY),
        successes: count('Successes that make a target healthy; 0 = off.'),
      }),
      unhealthy: Type.Object({
        interval: seconds(0, 'Seconds between probes of unhealthy targets; 0 = off.'),
        http_statuses: statuses(ACTIVE_UNHEALTHY),
        ...failures(),
      }),
    },
    { description: 'Probes.' },
  );
}

function PassiveField() {
  return Type.Object(
    {
      type: typeField(),
      healthy: Type.Object({
        http_statuses: statuses(PASSIVE_HEALTHY),
        successes: count('Successes that make a target healthy; 0 = off.'),
      }),
      unhealthy: Type.Object({ http_statuses: statuses(PASSIVE_UNHEALTHY), ...failures() }),
    },
    { description: 'Circuit breaking on proxied traffic.' },
  );
}

function typeField() {
  return Type.Enum(TYPES, { default: 'http', description: 'Type of the check.', ...LENIENT });
}

function seconds(value: number, description: string) {
  return Type.Number({ minimum: 0, maximum: 65535, default: value, description, ...LENIENT });
}

function count(description: string) {
  return Type.Integer({ minimum: 0, maximum: 255, default: 0, description, ...LENIENT });
}

function statuses(values: readonly number[]) {
  return Type.Array(Type.Integer({ minimum: 100, maximum: 999 }), {
    default: [...values],
    description: 'Statuses that count.',
    ...LENIENT,
  });
}

function failures() {
  return {
    tcp_failures: count('Failed connections that make a target unhealthy; 0 = off.'),
    timeouts: count('Timeouts that make a target unhealthy; 0 = off.'),
    http_failures: count('Bad statuses that make a target unhealthy; 0 = off.'),
  };
}
