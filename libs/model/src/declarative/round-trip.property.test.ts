import type { Configuration, Entity } from '@gibbon/contracts/entities';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANY_PLUGIN,
  applyDelta,
  diff,
  emitDeclarative,
  emptyConfiguration,
  ENTITY_TYPES,
  isEmptyDelta,
  parseDeclarative,
} from '../index.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,3}(?:[.-][a-z0-9]{1,3})?$/);
const text = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
const tags = fc.option(fc.array(fc.constantFrom('a', 'k8s-name:x', 'y: z', 'no', '1.5'), { maxLength: 3 }));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const unique = <T>(value: fc.Arbitrary<T>, key: (value: T) => unknown) => fc.uniqueArray(value, { maxLength: 3, selector: key });

const plugin = fc.record({
  name: fc.constantFrom('cors', 'acl', 'x'),
  config: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
  enabled: optional(fc.boolean()),
});
const plugins = unique(plugin, (value) => value.name);
const route = fc.record({
  name: optional(name),
  paths: fc.uniqueArray(fc.constantFrom('/', '/a', '~/b/\\d+$', '/%C3%A4', "/it's"), { minLength: 1 }),
  methods: optional(fc.constantFrom(['GET'], [], null)),
  headers: optional(fc.dictionary(fc.constantFrom('x-a', 'X-B'), fc.array(text, { minLength: 1, maxLength: 2 }))),
  strip_path: optional(fc.boolean()),
  tags,
  plugins,
});
const service = fc.record({
  name,
  host: name,
  port: optional(fc.nat(65535)),
  retries: optional(fc.constantFrom(0, 7, null)),
  tags,
  routes: fc.array(route, { maxLength: 2 }),
  plugins,
});
const upstream = fc.record({
  name,
  algorithm: optional(fc.constantFrom('round-robin', 'least-connections', 'consistent-hashing', 'mine')),
  hash_on: optional(fc.constantFrom('ip', 'none')),
  healthchecks: optional(
    fc.record({
      threshold: fc.nat(100),
      active: fc.record({
        http_path: fc.constantFrom('/', '/h'),
        headers: optional(fc.dictionary(fc.constantFrom('x-a'), fc.constant(['1']))),
      }),
    }),
  ),
  balancer_config: optional(fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }))),
  targets: unique(
    fc.record({ target: fc.constantFrom('a:1', '[::1]:2', '10.0.0.1'), weight: optional(fc.nat(65535)) }),
    (value) => value.target,
  ),
});
const consumer = fc.record({
  username: text,
  acls: unique(fc.record({ group: text }), (value) => value.group),
  keyauth_credentials: fc.array(fc.record({ key: fc.uuid(), ttl: optional(fc.nat(100)) }), { maxLength: 2 }),
  basicauth_credentials: fc.array(fc.record({ username: fc.uuid(), password: text, tags }), { maxLength: 1 }),
  hmacauth_credentials: fc.array(fc.record({ username: fc.uuid(), secret: optional(text) }), { maxLength: 1 }),
  jwt_secrets: fc.array(
    fc.record({ key: fc.uuid(), secret: optional(text), algorithm: optional(fc.constantFrom('HS512', 'ES256', null)) }),
    {
      maxLength: 1,
    },
  ),
  oauth2_credentials: fc.array(
    fc.record({
      name: text,
      client_id: fc.uuid(),
      client_secret: optional(text),
      redirect_uris: optional(fc.constantFrom([], ['https://a.test/b'], null)),
      client_type: optional(fc.constantFrom('public', 'confidential')),
    }),
    { maxLength: 1 },
  ),
  plugins,
});

/** Documents without name clashes between routes. */
const documents = fc
  .record({
    services: unique(service, (value) => value.name),
    upstreams: unique(upstream, (value) => value.name),
    consumers: unique(consumer, (value) => value.username),
    plugins,
  })
  .map((document) => {
    const seen = new Set<string | undefined>();
    const services = document.services.map((entry) => ({
      ...entry,
      routes: entry.routes.map(({ name: given, ...rest }) =>
        given === undefined || seen.has(given) ? rest : (seen.add(given), { name: given, ...rest }),
      ),
    }));
    return { _format_version: '3.0', ...document, services };
  });

const OPTIONS = { plugins: ANY_PLUGIN, algorithms: ['round-robin', 'least-connections', 'consistent-hashing', 'mine'] };

const configurations = documents.map((document) => {
  const result = parseDeclarative(JSON.stringify(document), OPTIONS);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.configuration;
});

/** Entities by id: the order of a document says nothing. */
function byId(configuration: Configuration): unknown {
  return ENTITY_TYPES.map((type) => Object.fromEntries((configuration[type] as readonly Entity[]).map((entity) => [entity.id, entity])));
}

test('what is written is read as the same entities, in every form', { timeout: 60_000 }, () => {
  const forms = fc.record({
    format: fc.constantFrom('yaml' as const, 'json' as const),
    nested: fc.boolean(),
    omitDefaults: fc.boolean(),
    indent: fc.constantFrom(0, 2, 4),
  });
  fc.assert(
    fc.property(configurations, forms, (configuration, form) => {
      const text = emitDeclarative(configuration, { ...form, target: 'gibbon', transform: false });
      const read = parseDeclarative(text, OPTIONS);
      if (!read.ok) throw new Error(`${JSON.stringify(read.errors)}\n${text}`);
      expect(byId(read.configuration)).toEqual(byId(configuration));
      expect(emitDeclarative(read.configuration, { ...form, target: 'gibbon', transform: false })).toBe(text);
    }),
    { numRuns: 80 },
  );
});

test('a delta turns one configuration into the other', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(configurations, configurations, (previous, next) => {
      const delta = diff(previous, next);
      const applied = applyDelta(previous, delta);
      expect(byId(applied)).toEqual(byId(next));
      expect(isEmptyDelta(diff(applied, next))).toBe(true);
      expect(isEmptyDelta(diff(previous, previous))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a delta to and from nothing lists everything', () => {
  fc.assert(
    fc.property(configurations, (configuration) => {
      const all = diff(emptyConfiguration(), configuration);
      const none = diff(configuration, emptyConfiguration());
      for (const type of ENTITY_TYPES) {
        expect(all[type]?.upserted ?? []).toEqual(configuration[type]);
        expect(none[type]?.deleted ?? []).toEqual(configuration[type].map(({ id }) => id));
      }
    }),
    { numRuns: 50 },
  );
});
