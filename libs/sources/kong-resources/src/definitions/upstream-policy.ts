import type { CustomResource } from '@gibbon/contracts/resource';
import { MapOf, schema, Type } from '@gibbon/schema';
import { CHECK_TYPES, HASH_INPUTS, MAX_COUNT, MAX_SECONDS } from '../policy-check.ts';
import { AGE, CATEGORIES, rules, type CrossFieldRule } from './free-form.ts';
import { POLICY_STATUS } from './status.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const whole = (description: string, minimum: number, maximum: number) => Type.Optional(Type.Integer({ description, minimum, maximum }));

const hashFields = {
  input: Type.Optional(Type.Enum(HASH_INPUTS, { description: 'A property of the request.' })),
  header: text('Name of a header.'),
  cookie: text('Name of a cookie; it is set where the client has none.'),
  cookiePath: text('Path of that cookie.'),
  queryArg: text('Name of a query parameter.'),
  uriCapture: text('Name of a capture of the path.'),
};

/** CEL cannot count in a list of booleans. */
function atMostOne(fields: readonly string[]): CrossFieldRule {
  const rule = `${fields.map((field) => `(has(self.${field}) ? 1 : 0)`).join(' + ')} <= 1`;
  return { rule, message: `expected at most one of ${fields.join(', ')}` };
}

const hashOn = Type.Object(hashFields, {
  description: 'What requests are hashed by: one of the fields, a cookie with its path.',
  ...rules(atMostOne(['input', 'cookie', 'header', 'uriCapture', 'queryArg']), {
    rule: 'has(self.cookie) == has(self.cookiePath)',
    message: 'expected cookie and cookiePath together',
  }),
});

const hashOnFallback = Type.Object(hashFields, {
  description: 'What requests are hashed by that lack what `hashOn` names.',
  ...rules(atMostOne(['input', 'header', 'uriCapture', 'queryArg'])),
});

const statuses = (description: string) =>
  Type.Optional(Type.Array(Type.Integer({ description: 'A status code.', minimum: 100, maximum: 599 }), { description }));
const count = (description: string) => whole(description, 0, MAX_COUNT);

const healthy = {
  httpStatuses: statuses('Status codes that count as success.'),
  successes: count('Successes after which a target is healthy.'),
};
const unhealthy = {
  httpStatuses: statuses('Status codes that count as failure.'),
  httpFailures: count('Failures by status code after which a target is unhealthy.'),
  tcpFailures: count('Failed connections after which a target is unhealthy.'),
  timeouts: count('Timeouts after which a target is unhealthy.'),
};
const interval = (state: string) => whole(`Seconds between probes of ${state} targets; 0 for none.`, 0, MAX_SECONDS);
const checkType = Type.Optional(Type.Enum(CHECK_TYPES, { description: 'Protocol of the checks.' }));

const active = Type.Object(
  {
    type: checkType,
    concurrency: whole('Targets that are probed at the same time.', 1, 2_147_483_647),
    timeout: whole('Seconds that a probe may take.', 0, MAX_SECONDS),
    httpPath: Type.Optional(Type.String({ description: 'Path that probes ask for.', pattern: '^/.*$' })),
    httpsSni: text('Server name of TLS probes.'),
    httpsVerifyCertificate: Type.Optional(Type.Boolean({ description: 'Whether probes verify certificates.' })),
    headers: Type.Optional(
      MapOf(Type.Array(Type.String({ description: 'A value.' })), { description: 'Header fields of probes: lists of values by name.' }),
    ),
    healthy: Type.Optional(Type.Object({ ...healthy, interval: interval('healthy') }, { description: 'When a target counts as healthy.' })),
    unhealthy: Type.Optional(
      Type.Object({ ...unhealthy, interval: interval('unhealthy') }, { description: 'When a target counts as unhealthy.' }),
    ),
  },
  { description: 'Probes.' },
);

// The interval is there only to be refused with a reason: a field that is not there would be dropped in silence.
const withoutInterval = rules({ rule: '!has(self.interval)', message: 'expected no interval: passive health checks have none' });
const passive = Type.Object(
  {
    type: checkType,
    healthy: Type.Optional(
      Type.Object({ ...healthy, interval: interval('no') }, { description: 'When a target counts as healthy.', ...withoutInterval }),
    ),
    unhealthy: Type.Optional(
      Type.Object({ ...unhealthy, interval: interval('no') }, { description: 'When a target counts as unhealthy.', ...withoutInterval }),
    ),
  },
  { description: 'Judgement by the requests of clients.' },
);

const spec = Type.Object(
  {
    algorithm: text(
      'Name of a balancer: round-robin, consistent-hashing, least-connections, latency, sticky-sessions, or one of a third party.',
    ),
    slots: whole('Slots of the ring of consistent hashing.', 10, 65_536),
    hashOn: Type.Optional(hashOn),
    hashOnFallback: Type.Optional(hashOnFallback),
    stickySessions: Type.Optional(
      Type.Object(
        { cookie: Type.String({ description: 'Name of the cookie.' }), cookiePath: text('Path of the cookie. Default "/".') },
        { description: 'A cookie that ties a client to a target.' },
      ),
    ),
    healthchecks: Type.Optional(
      Type.Object(
        {
          threshold: whole('Percentage of weight that must be available for the upstream to be healthy.', 0, 100),
          active: Type.Optional(active),
          passive: Type.Optional(passive),
        },
        { description: 'Health checks of the targets.' },
      ),
    ),
  },
  {
    description: 'How requests are spread over the endpoints of a Service.',
    ...rules(
      {
        rule: '!has(self.hashOn) || (has(self.algorithm) && self.algorithm in ["consistent-hashing", "sticky-sessions"])',
        message: 'expected algorithm consistent-hashing or sticky-sessions, as hashOn is set',
      },
      {
        rule: '!has(self.hashOnFallback) || (has(self.algorithm) && self.algorithm == "consistent-hashing")',
        message: 'expected algorithm consistent-hashing, as hashOnFallback is set',
      },
      {
        rule: '!has(self.hashOnFallback) || !has(self.hashOn) || !has(self.hashOn.cookie)',
        message: 'expected no hashOnFallback, as hashOn.cookie is set',
      },
      {
        rule: '!has(self.stickySessions) || (has(self.algorithm) && self.algorithm == "sticky-sessions")',
        message: 'expected algorithm sticky-sessions, as stickySessions is set',
      },
      {
        rule: '!has(self.stickySessions) || (has(self.hashOn) && has(self.hashOn.input) && self.hashOn.input == "none")',
        message: 'expected hashOn.input none alone, as stickySessions is set',
      },
    ),
  },
);

/** How KongUpstreamPolicy is defined. */
export const UPSTREAM_POLICY_DEFINITION: CustomResource = {
  shortNames: ['kup'],
  categories: CATEGORIES,
  labels: { 'gateway.networking.k8s.io/policy': 'direct' },
  columns: [{ name: 'Algorithm', type: 'string', jsonPath: '.spec.algorithm', description: 'Name of the balancer.' }, AGE],
  schema: schema(Type.Object({ spec: Type.Optional(spec), status: POLICY_STATUS })),
};
