import { defineModule } from '@gibbon/contracts/module';
import { schema, SetOf, Type } from '@gibbon/schema';
import { PassiveCheck } from './passive.ts';

const HEALTHY = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];
const UNHEALTHY = [429, 500, 503];
const status = Type.Integer({ minimum: 100, maximum: 999 });

const config = schema(
  Type.Object({
    healthy: Type.Object(
      {
        http_statuses: SetOf(status, { default: HEALTHY, description: 'Statuses of proxied responses that count as successes.' }),
      },
      { description: 'What counts for a target.' },
    ),
    unhealthy: Type.Object(
      {
        http_statuses: SetOf(status, { default: UNHEALTHY, description: 'Statuses of proxied responses that count as HTTP failures.' }),
      },
      { description: 'What counts against a target.' },
    ),
  }),
);

/**
 * Kong's circuit breaker. Counts and limits are the runtime's.
 * @see https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/
 */
export default defineModule({
  kind: 'health',
  id: 'health.passive',
  summary: 'Judges targets by the responses of proxied traffic.',
  config,
  requires: {},
  traits: { mode: 'passive', types: ['http', 'https', 'tcp', 'grpc', 'grpcs'] },
  create: ({ config }) => new PassiveCheck(config.healthy.http_statuses, config.unhealthy.http_statuses),
});
