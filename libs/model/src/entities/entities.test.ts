import type { EntityType } from '@gibbon/contracts/entities';
import { Type } from '@gibbon/schema';
import { describe, expect, test } from 'vitest';
import { definitionOf, ENTITY_TYPES, normaliseEntity, type NormaliseOptions } from '../index.ts';
import { defineEntity } from './definition.ts';

const ID = '0e7a237a-6645-50cc-8e6d-514947af04b9';

/** Problems as `path: message`. */
function problems(type: EntityType, input: unknown, options: NormaliseOptions = {}): string[] {
  const result = normaliseEntity(type, input, options);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** The entity, or a failure of the test. */
function entity(type: EntityType, input: unknown, options: NormaliseOptions = {}): unknown {
  const result = normaliseEntity(type, input, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.entity;
}

describe('services', () => {
  test('are complete', () => {
    expect(entity('services', { name: 's1', host: 'a.internal' })).toEqual({
      id: '356ebaf8-b7af-5cba-99a1-f392e34730ab',
      created_at: null,
      updated_at: null,
      tags: null,
      name: 's1',
      retries: 5,
      protocol: 'http',
      host: 'a.internal',
      port: 80,
      path: null,
      connect_timeout: 60000,
      write_timeout: 60000,
      read_timeout: 60000,
      client_certificate: null,
      tls_verify: null,
      tls_verify_depth: null,
      ca_certificates: null,
      enabled: true,
    });
  });

  test.each([
    ['http://h', { protocol: 'http', host: 'h', port: 80, path: null }],
    ['https://h/', { protocol: 'https', host: 'h', port: 443, path: '/' }],
    ['https://h:8443/a/b?q=1#f', { protocol: 'https', host: 'h', port: 8443, path: '/a/b' }],
    ['http://user:pw@h/p', { host: 'h', path: '/p' }],
    ['grpcs://h', { protocol: 'grpcs', port: 80 }],
    ['tls://h:1', { protocol: 'tls', port: 1 }],
    ['http://[2001:db8::1]:81/x', { host: '2001:db8::1', port: 81, path: '/x' }],
    ['//h:443', { protocol: 'https', host: 'h', port: 443 }],
  ])('take the url %s apart', (url, parts) => {
    expect(entity('services', { url, port: 1, host: 'overridden' })).toMatchObject(parts);
  });

  test.each([
    [{}, ['host: required field missing']],
    [{ url: 'not a url' }, ['url: missing host in url', 'host: required field missing']],
    [
      { url: 'http://h:x' },
      ['url: could not parse url. expected protocol://host[:port][/path], got: http://h:x', 'host: required field missing'],
    ],
    [{ url: 1, host: 'h' }, ['url: expected a string']],
    [{ url: 'ftp://h' }, ['protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp']],
    [{ host: 'h:80' }, ['host: must not have a port']],
    [{ host: 'h_/' }, ['host: invalid value: h_/']],
    [{ host: '' }, ['host: length must be at least 1']],
    [
      { host: 'h', port: 70000, retries: -1, name: 'a b' },
      [
        "name: invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~",
        'retries: value should be between 0 and 32767',
        'port: value should be between 0 and 65535',
      ],
    ],
    [{ host: 'h', path: 'x' }, ['path: should start with: /']],
    [{ host: 'h', path: '/a//b' }, ['path: must not have empty segments']],
    [{ host: 'h', path: '/a b' }, ["path: invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)"]],
    [{ host: 'h', path: '/%zz' }, ["path: invalid url-encoded value: '%zz'"]],
    [
      { host: 'h', protocol: 'tcp', path: '/x' },
      ['path: value must be null', ": failed conditional validation given value of field 'protocol'"],
    ],
    [
      { host: 'h', tls_verify: true },
      ['tls_verify: value must be null', ": failed conditional validation given value of field 'protocol'"],
    ],
    [{ host: 'h', enabled: null }, ['enabled: required field missing']],
    [
      { host: 'h', id: 'x', tags: ['a,b'], created_at: 0 },
      [
        'id: expected a valid UUID',
        'created_at: expected a valid timestamp',
        "tags.1: invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences",
      ],
    ],
    [{ host: 'h', client_certificate: 'a' }, ['client_certificate: expected a record']],
    [
      { host: 'h', protocol: 'https', client_certificate: { name: 'a' } },
      ['client_certificate.name: not a primary key', 'client_certificate.id: missing primary key'],
    ],
    ['text', [': expected a record']],
  ])('refuse %j', (input, expected) => {
    expect(problems('services', input)).toEqual(expected);
  });

  test('take null for a default where Kong does', () => {
    expect(entity('services', { host: 'h', retries: null, read_timeout: null })).toMatchObject({ retries: 5, read_timeout: 60000 });
  });
});

describe('routes', () => {
  test.each([
    [
      { paths: ['/a'] },
      { protocols: ['http', 'https'], strip_path: true, https_redirect_status_code: 426, path_handling: 'v0', priority: null },
    ],
    [{ protocols: ['grpc'], hosts: ['a'] }, { strip_path: false }],
    [{ paths: ['~/a/(?P<id>\\d++)$', '/%C3%A4'] }, { paths: ['~/a/(?P<id>\\d++)$', '/%C3%A4'] }],
    [{ hosts: ['*.a.example', 'a.*', 'a.example:8080'], methods: ['GET', 'GET'] }, { methods: ['GET'] }],
    [{ protocols: ['tls_passthrough'], snis: ['a.example'] }, { snis: ['a.example'] }],
    [
      { protocols: ['tcp'], sources: [{ ip: '10.0.0.0/8' }, { port: 5 }] },
      {
        sources: [
          { ip: '10.0.0.0/8', port: null },
          { ip: null, port: 5 },
        ],
      },
    ],
    [{ headers: { 'X-A': ['1', '2'] } }, { headers: { 'X-A': ['1', '2'] } }],
    [{ service: ID, hosts: ['a'] }, { service: { id: ID } }],
  ])('%j', (input, expected) => {
    expect(entity('routes', input)).toMatchObject(expected);
  });

  test.each<[object, string[]]>([
    [{}, [": must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"]],
    [
      { protocols: ['http'], snis: ['a'] },
      [
        ": must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http'",
        'snis: length must be 0',
        ": 'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
      ],
    ],
    [{ protocols: [] }, ['protocols: length must be at least 1']],
    [
      { protocols: ['http', 'tcp'], paths: ['/'] },
      ["protocols: these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp')"],
    ],
    [{ paths: ['/'], sources: [{ port: 1 }] }, ["sources: cannot set 'sources' when 'protocols' is 'http' or 'https'"]],
    [{ paths: ['/'], sources: [{}] }, ["sources.1: at least one of these fields must be non-empty: 'ip', 'port'"]],
    [
      { protocols: ['grpc'], methods: ['GET'], paths: ['/'], strip_path: true },
      [
        "methods: cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'",
        "strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'",
      ],
    ],
    [{ protocols: ['grpcs'] }, [": must set one of 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'grpcs'"]],
    [
      { protocols: ['tcp'], paths: ['/'] },
      [
        "paths: cannot set 'paths' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'",
        ": must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp', 'tls' or 'udp'",
      ],
    ],
    [{ protocols: ['tls_passthrough'] }, [": must set snis when 'protocols' is 'tls_passthrough'"]],
    [
      { hosts: ['*.*', 'a*', '*a.b', 'a b', '1.2.3.4:x', 'a.*.b'] },
      [
        'hosts.1: invalid wildcard: must have at most one wildcard',
        'hosts.2: invalid wildcard: must be placed at leftmost or rightmost label',
        'hosts.3: invalid wildcard: must be placed at leftmost or rightmost label',
        'hosts.4: invalid hostname: a b',
        'hosts.5: invalid port number',
        'hosts.6: invalid wildcard: must be placed at leftmost or rightmost label',
      ],
    ],
    [
      { paths: ['a', '/a/../b', '/%41', '~/(', '/a//b', '/%1'] },
      [
        'paths.1: should start with: / (fixed path) or ~/ (regex path)',
        "paths.2: non-normalized path, consider use '/b' instead",
        "paths.3: non-normalized path, consider use '/A' instead",
        "paths.4: invalid regex: '/(' (PCRE returned: Unterminated group)",
        'paths.5: must not have empty segments',
        "paths.6: invalid url-encoded value: '%1'",
      ],
    ],
    [{ headers: { Host: ['a'] } }, ["headers: cannot contain 'host' header, which must be specified in the 'hosts' attribute"]],
    [{ headers: { 'a b': ['a'] } }, ["headers.a b: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"]],
    [{ hosts: ['a'], methods: ['get'] }, ['methods.1: invalid value: get']],
    [
      { hosts: ['a'], snis: ['1.2.3.4', 'a:1', 'a*b'] },
      ['snis.1: must not be an IP', 'snis.2: must not have a port', 'snis.3: wildcard must be leftmost or rightmost character'],
    ],
    [{ hosts: ['a'], https_redirect_status_code: 303 }, ['https_redirect_status_code: expected one of: 426, 301, 302, 307, 308']],
    [{ hosts: ['a'], expression: 'x', priority: 1 }, ['expression: unknown field', 'priority: unknown field']],
    [{ hosts: ['a'], bogus: null }, ['bogus: unknown field']],
  ])('refuse %j', (input, expected) => {
    expect(problems('routes', input)).toEqual(expected);
  });

  test('follow the rules of the expressions flavour', () => {
    const options = { routerFlavor: 'expressions' } as const;
    expect(entity('routes', { expression: 'http.path == "/"', priority: 2 ** 46 - 1 }, options)).toMatchObject({ priority: 2 ** 46 - 1 });
    expect(problems('routes', {}, options)).toEqual([
      ": must set one of 'methods', 'hosts', 'headers', 'paths', 'snis', 'expression' when 'protocols' is 'https'",
    ]);
    const others = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations'";
    expect(problems('routes', { expression: 'x', hosts: ['a'], regex_priority: 1 }, options)).toEqual([
      `: Router Expression failed validation: cannot set 'expression' with ${others} simultaneously`,
      ": Router Expression failed validation: cannot set 'regex_priority' with 'expression' simultaneously",
    ]);
    expect(problems('routes', { hosts: ['a'], priority: 1 }, options)).toEqual([
      `: Router Expression failed validation: cannot set 'priority' with ${others} simultaneously`,
    ]);
  });

  test('of both flavours follow the rules of the one that they are written for', () => {
    const options = { routerFlavor: 'both' } as const;
    expect(entity('routes', { expression: 'http.path == "/"', priority: 7 }, options)).toMatchObject({ priority: 7, paths: null });
    expect(entity('routes', { paths: ['/'] }, options)).toMatchObject({ paths: ['/'], expression: null });
    expect(problems('routes', {}, options)).toEqual([
      ": must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'",
    ]);
    expect(problems('routes', { paths: ['/'], sources: [{ ip: '10.0.0.1' }] }, options)).toEqual([
      "sources: cannot set 'sources' when 'protocols' is 'http' or 'https'",
    ]);
    expect(problems('routes', { paths: ['/'], priority: 1 }, options)).toEqual(['priority: unknown field']);
    expect(problems('routes', { expression: 'x', paths: ['/'] }, options)).toHaveLength(1);
  });

  test('without a name keep their id as long as they are the same', () => {
    const id = (input: object): unknown => (entity('routes', input) as { id: unknown }).id;
    expect(id({ paths: ['/a'] })).toBe(id({ paths: ['/a'], protocols: ['http', 'https'] }));
    expect(id({ paths: ['/a'] })).not.toBe(id({ paths: ['/b'] }));
  });
});

describe('upstreams', () => {
  test('are complete', () => {
    expect(entity('upstreams', { name: 'u1' })).toMatchObject({
      id: ID,
      algorithm: 'round-robin',
      hash_on: 'none',
      hash_on_cookie_path: '/',
      slots: 10000,
      balancer_config: null,
      healthchecks: {
        threshold: 0,
        active: {
          type: 'http',
          timeout: 1,
          concurrency: 10,
          http_path: '/',
          https_sni: null,
          https_verify_certificate: true,
          headers: null,
          healthy: { interval: 0, http_statuses: [200, 302], successes: 0 },
          unhealthy: {
            interval: 0,
            http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
            tcp_failures: 0,
            timeouts: 0,
            http_failures: 0,
          },
        },
        passive: { type: 'http', healthy: { successes: 0 }, unhealthy: { http_statuses: [429, 500, 503], tcp_failures: 0 } },
      },
    });
  });

  test.each([
    [
      { algorithm: 'least-connections', hash_on: 'cookie' },
      { algorithm: 'least-connections', hash_on: 'none' },
    ],
    [{ algorithm: 'consistent-hashing', hash_on: 'none' }, { algorithm: 'round-robin' }],
    [{ algorithm: 'consistent-hashing' }, { algorithm: 'consistent-hashing', hash_on: 'none' }],
    [{ hash_on: 'ip' }, { algorithm: 'consistent-hashing', hash_on: 'ip' }],
    [{ algorithm: 'round-robin', hash_on: 'header', hash_on_header: 'x-a' }, { algorithm: 'consistent-hashing' }],
  ])('%j becomes %j', (input, expected) => {
    expect(entity('upstreams', { name: 'u', ...input })).toMatchObject(expected);
  });

  test('may name another balancer, which keeps its name', () => {
    expect(problems('upstreams', { name: 'u', algorithm: 'mine' })).toEqual([
      'algorithm: expected one of: consistent-hashing, least-connections, round-robin, latency',
    ]);
    expect(
      entity('upstreams', { name: 'u', algorithm: 'mine', hash_on: 'ip', balancer_config: { a: [1] } }, { algorithms: ['mine'] }),
    ).toMatchObject({
      algorithm: 'mine',
      hash_on: 'ip',
      balancer_config: { a: [1] },
    });
  });

  const conditional = (field: string): string => `: failed conditional validation given value of field '${field}'`;
  test.each<[object, string[]]>([
    [{ name: '1.2.3.4' }, ["name: Invalid name ('1.2.3.4'); no ip addresses allowed"]],
    [{ name: 'a:1' }, ["name: Invalid name ('a:1'); no port allowed"]],
    [{ name: 'a b' }, ["name: Invalid name ('a b'); must be a valid hostname"]],
    [{ hash_on: 'header' }, ['hash_on_header: required field missing', conditional('hash_on')]],
    [
      { hash_on: 'header', hash_on_header: 'a b' },
      ["hash_on_header: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
    ],
    [{ hash_on: 'ip', hash_fallback: 'query_arg' }, ['hash_fallback_query_arg: required field missing', conditional('hash_fallback')]],
    [{ hash_fallback: 'ip' }, ['hash_fallback: expected one of: none', conditional('hash_on')]],
    [{ hash_on: 'cookie', hash_on_cookie: 'c', hash_fallback: 'ip' }, ['hash_fallback: expected one of: none', conditional('hash_on')]],
    [
      { hash_on: 'ip', hash_fallback: 'ip' },
      ['hash_fallback: expected one of: none, consumer, header, cookie, path, query_arg, uri_capture', conditional('hash_on')],
    ],
    [
      { hash_on: 'header', hash_fallback: 'header', hash_on_header: 'x', hash_fallback_header: 'x' },
      [": values of these fields must be distinct: 'hash_on_header', 'hash_fallback_header'"],
    ],
    [
      { hash_on_cookie: 'a b' },
      [
        'hash_on_cookie: contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.',
      ],
    ],
    [{ slots: 9, host_header: 'a:99999' }, ['slots: value should be between 10 and 65536', 'host_header: invalid port number']],
    [
      { healthchecks: { active: { healthy: { interval: -1, http_statuses: [99] }, bogus: 1 } } },
      [
        'healthchecks.active.healthy.interval: value should be between 0 and 65535',
        'healthchecks.active.healthy.http_statuses.1: value should be between 100 and 999',
        'healthchecks.active.bogus: unknown field',
      ],
    ],
  ])('refuse %j', (input, expected) => {
    expect(problems('upstreams', { name: 'u', ...input })).toEqual(expected);
  });
});

describe('other types', () => {
  test.each<[EntityType, object, object]>([
    ['targets', { upstream: { id: ID }, target: '127.0.0.1:80' }, { id: 'c34064ec-7a8e-5d5e-9f91-3987b3950353', weight: 100 }],
    ['targets', { upstream: ID, target: '[::1]:80', weight: 0 }, { upstream: { id: ID }, weight: 0 }],
    ['consumers', { username: 'bob' }, { id: 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e', custom_id: null }],
    ['acls', { consumer: { id: 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e' }, group: 'g' }, { id: 'f363fae2-e46e-560c-8df0-6fb2e9cacfcb' }],
    ['snis', { name: '*.a.example', certificate: { id: ID.toUpperCase() } }, { certificate: { id: ID } }],
    ['snis', { name: '*', certificate: { id: ID } }, { name: '*' }],
    ['keyauth_credentials', { id: ID.toUpperCase(), consumer: { id: ID }, key: 'k', ttl: 5 }, { id: ID, key: 'k', ttl: 5 }],
    ['keyauth_credentials', { id: ID, consumer: { id: ID } }, { key: expect.stringMatching(/^[A-Za-z0-9]{32}$/) }],
  ])('%s %j', (type, input, expected) => {
    expect(entity(type, input)).toMatchObject(expected);
  });

  test.each<[EntityType, object, string[]]>([
    [
      'targets',
      { target: 'a_b:99999' },
      ['upstream: required field missing', "target: Invalid target ('a_b:99999'); not a valid hostname or ip address"],
    ],
    ['targets', { upstream: ID, target: 'a', weight: 65536 }, ['weight: value should be between 0 and 65535']],
    ['consumers', { username: null }, [": at least one of these fields must be non-empty: 'custom_id', 'username'"]],
    ['snis', { name: '1.2.3.4', certificate: ID }, ['name: must not be an IP']],
    ['keyauth_credentials', { consumer: ID, key: 'k' }, ['id: required field missing']],
    [
      'keyauth_credentials',
      { id: ID, consumer: ID, key: '', ttl: -1 },
      ['key: length must be at least 1', 'ttl: value should be between 0 and 100000000'],
    ],
  ])('%s refuses %j', (type, input, expected) => {
    expect(problems(type, input)).toEqual(expected);
  });
});

describe('definitions', () => {
  test('have one shape: every result has the same keys in the same order, frozen', () => {
    const [a, b] = [entity('services', { host: 'h' }), entity('services', { enabled: false, tags: ['t'], host: 'h', name: 'n' })] as [
      object,
      object,
    ];
    expect(Object.keys(a)).toEqual(Object.keys(b));
    expect([Object.isFrozen(a), Object.isFrozen((b as { tags: unknown }).tags)]).toEqual([true, true]);
  });

  test('describe every field', () => {
    for (const type of ENTITY_TYPES) {
      const properties = definitionOf(type).schema['properties'] as Record<string, { description?: string }>;
      for (const [field, property] of Object.entries(properties)) expect(property.description, `${type}.${field}`).toBeTruthy();
    }
  });

  test('must agree with the contract', () => {
    // @ts-expect-error -- the group of an acl is a text.
    defineEntity('acls', { description: 'd', fields: { consumer: Type.Unsafe<{ id: string }>(Type.Object({})), group: Type.Integer() } });
    // @ts-expect-error -- an acl has a group.
    defineEntity('acls', { description: 'd', fields: { consumer: Type.Unsafe<{ id: string }>(Type.Object({})) } });
  });
});
