import type { ConfigProblem } from '@gibbon/contracts/module';
import { Nullable, schema, Type, type ConfigOf, type FieldRule } from '@gibbon/schema';
import { LIMIT_BY } from './identifier.ts';
import { orderProblem, PERIOD_NAMES } from './periods.ts';

const limit = (period: string) => Nullable(Type.Number({ exclusiveMinimum: 0, description: `Requests per ${period}.` }));
const flag = (name: string) => Nullable(Type.Boolean({ deprecated: true, description: `Former name of \`redis.${name}\`.` }));
const text = (name: string) => Nullable(Type.String({ minLength: 0, deprecated: true, description: `Former name of \`redis.${name}\`.` }));
const integer = (name: string) => Nullable(Type.Integer({ deprecated: true, description: `Former name of \`redis.${name}\`.` }));

const requiredForRedis = (field: string): FieldRule => ({
  conditional: { if_field: 'policy', if_match: { eq: 'redis' }, then_field: `redis.${field}`, then_match: { required: true } },
});
const requiredForLimitBy = (by: string, field: string): FieldRule => ({
  conditional: { if_field: 'limit_by', if_match: { eq: by }, then_field: field, then_match: { required: true } },
});
const CHECKS: readonly FieldRule[] = [
  { at_least_one_of: PERIOD_NAMES },
  requiredForRedis('host'),
  requiredForRedis('port'),
  requiredForRedis('timeout'),
  requiredForLimitBy('header', 'header_name'),
  requiredForLimitBy('path', 'path'),
];

const redis = Type.Object(
  {
    host: Nullable(Type.String({ format: 'host', description: 'Host name or address of Redis.' })),
    port: Type.Integer({ default: 6379, minimum: 0, maximum: 65_535, description: 'Port of Redis.' }),
    timeout: Type.Integer({
      default: 2_000,
      minimum: 0,
      maximum: 2_147_483_646,
      description: 'Milliseconds to connect, send and receive.',
    }),
    username: Nullable(Type.String({ 'x-referenceable': true, description: 'User name for Redis.' })),
    password: Nullable(Type.String({ minLength: 0, 'x-referenceable': true, description: 'Password for Redis.' })),
    database: Type.Integer({ default: 0, description: 'Number of the database.' }),
    ssl: Type.Boolean({ default: false, description: 'Whether the connection uses TLS.' }),
    ssl_verify: Type.Boolean({ default: false, description: 'Whether the certificate of Redis is verified.' }),
    server_name: Nullable(Type.String({ format: 'sni', description: 'Server name for TLS.' })),
  },
  { description: 'Connection for the policy `redis`.' },
);

const type = Type.Object(
  {
    second: limit('second'),
    minute: limit('minute'),
    hour: limit('hour'),
    day: limit('day'),
    month: limit('month'),
    year: limit('year'),
    limit_by: Type.Enum(LIMIT_BY, {
      default: 'consumer',
      description: 'Whose requests are counted together; the address of the client where the request has no such thing.',
    }),
    header_name: Nullable(Type.String({ format: 'header-name', description: 'Header field to count by, for `limit_by: header`.' })),
    path: Nullable(Type.String({ format: 'path', description: 'Path whose requests are counted together, for `limit_by: path`.' })),
    policy: Type.Enum(['local', 'redis'], {
      default: 'local',
      description: 'Where counters live: `local`, exact over all threads of this node; `redis` is not available yet.',
    }),
    fault_tolerant: Type.Boolean({ default: true, description: 'Whether requests pass when counting fails; otherwise they get 500.' }),
    redis,
    hide_client_headers: Type.Boolean({ default: false, description: 'Whether responses say nothing about limits.' }),
    error_code: Type.Number({ default: 429, exclusiveMinimum: 0, description: 'Status of refused requests.' }),
    error_message: Type.String({ default: 'API rate limit exceeded', description: 'Message of refused requests.' }),
    sync_rate: Type.Number({ default: -1, description: 'Seconds between two exchanges with Redis; -1: with every request.' }),
    redis_host: text('host'),
    redis_port: integer('port'),
    redis_timeout: integer('timeout'),
    redis_username: text('username'),
    redis_password: text('password'),
    redis_database: integer('database'),
    redis_ssl: flag('ssl'),
    redis_ssl_verify: flag('ssl_verify'),
    redis_server_name: text('server_name'),
  },
  { 'x-kong-checks': CHECKS },
);

/** Options of the plugin, as Kong has them. */
export const options = schema(type);

/** Rules that the schema cannot say. */
export function checkOptions(config: ConfigOf<typeof type>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const order = orderProblem(config);
  if (order !== null) problems.push({ path: '', message: order });
  if (config.policy === 'redis') problems.push({ path: 'policy', message: "'redis' is not available yet, use 'local'" });
  else if (config.sync_rate !== -1) problems.push({ path: '', message: 'sync_rate can only be used with the redis policy' });
  if (config.policy === 'redis' && config.sync_rate !== -1 && config.sync_rate < 0.02) {
    problems.push({ path: '', message: 'sync_rate must be greater than 0.02, or -1 to disable' });
  }
  return problems;
}
