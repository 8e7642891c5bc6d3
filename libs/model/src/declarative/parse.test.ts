import { describe, expect, test } from 'vitest';
import { ANY_PLUGIN, EMPTY_HASH, errorDocument, parseDeclarative, textHash, type ParseOptions } from '../index.ts';

const OPTIONS: ParseOptions = { plugins: ANY_PLUGIN };

/** A configuration, or a failure of the test. */
function parse(source: string | object, options: Partial<ParseOptions> = {}) {
  const result = parseDeclarative(source as string, { ...OPTIONS, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result;
}

/** Problems as `location: message`. */
function problems(source: string | object, options: Partial<ParseOptions> = {}): string[] {
  const result = parseDeclarative(source as string, { ...OPTIONS, ...options });
  return result.ok ? [] : result.errors.map(({ location, message }) => `${location}: ${message}`);
}

function document(entities: object): object {
  return { _format_version: '3.0', ...entities };
}

describe('the text', () => {
  const yaml = '_format_version: "3.0"\nservices:\n- &s {name: a, host: h}\n- {<<: *s, name: b}\n';
  test('is YAML or JSON', () => {
    expect(parse(yaml).configuration.services.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(parse(JSON.stringify(document({ services: [{ name: 'a', host: 'h' }] }))).configuration.services).toHaveLength(1);
    expect(parse('{_format_version: "3.0", services: [{name: flow, host: h}]}').configuration.services[0]?.name).toBe('flow');
  });

  test.each<[string, string, string | undefined]>([
    ['failed parsing declarative configuration: expected an object', 'text', undefined],
    ['failed parsing declarative configuration: expected an object', '', undefined],
    ['failed parsing declarative configuration: expected an object', '[1]', 'a.json'],
    ['failed parsing declarative configuration: 3:3: Map keys must be unique', 'a:\n  b: 1\n  b: 2\n', 'kong.yml'],
    ['failed parsing declarative configuration: 2:1: ', 'a: [1\nb: 2', undefined],
    ['unknown file type: kong.toml. (Accepted types: json, yaml)', '', 'kong.toml'],
    ['unknown file type: kong. (Accepted types: json, yaml)', '', 'kong'],
  ])('%s', (message, text, fileName) => {
    const [problem, ...more] = problems(text, fileName === undefined ? {} : { fileName });
    expect([problem?.startsWith(`: ${message}`), more]).toEqual([true, []]);
  });

  test('of JSON that is broken names the place', () => {
    expect(problems('{"a": 1,\n "b" 2}', { fileName: 'kong.json' })[0]).toMatch(
      /^: failed parsing declarative configuration: .*line 2 column 6/,
    );
  });

  test('that refers to itself without end is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...Array.from({ length: 8 }, (_, i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
    ];
    expect(problems(bomb.join('\n'))).toEqual([expect.stringContaining('failed parsing declarative configuration: Excessive alias count')]);
  });

  test('has a hash: of the text, of the JSON of an object, zeros for nothing', () => {
    expect(parse(yaml).hash).toBe(textHash(yaml));
    const object = document({ upstreams: [{ name: 'kong' }] });
    expect(parse(object).hash).toBe(textHash(JSON.stringify(object)));
    expect(parse(object, { text: 'as posted' }).hash).toBe(textHash('as posted'));
    expect(parse(document({ services: [], plugins: null })).hash).toBe(EMPTY_HASH);
    expect(textHash('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
  });
});

describe('the head', () => {
  test.each<[object, string[]]>([
    [{}, ['_format_version: required field missing']],
    [{ _format_version: 3 }, ['_format_version: expected a string']],
    [{ _format_version: '4.0' }, ['_format_version: expected one of: 1.1, 2.1, 3.0']],
    [document({ _comment: 'c', _ignore: [1, {}], _transform: false }), []],
    [
      document({ _comment: 1, _ignore: 'x', _transform: 'no' }),
      ['_comment: expected a string', '_ignore: expected an array', '_transform: expected a boolean'],
    ],
    [
      document({ _info: {}, consumer_groups: [], toString: 1 }),
      ['_info: unknown field', 'consumer_groups: unknown field', 'toString: unknown field'],
    ],
    [document({ services: {}, routes: ['x'] }), ['services: expected an array', 'routes.1: expected a record']],
  ])('%j', (source, expected) => {
    expect(problems(source)).toEqual(expected);
  });

  test('of older versions brings paths to the form of today', () => {
    const routes = [{ name: 'r', paths: ['/plain-%41', '/re/\\d+', '/re%2e%41%2f/(a|b)'] }];
    const source = { _format_version: '1.1', services: [{ name: 's', host: 'h', routes }] };
    expect(parse(source).configuration.routes[0]?.paths).toEqual(['/plain-A', '~/re/\\d+', '~/re\\.A%2F/(a|b)']);
    expect(parse({ _format_version: '2.1', routes: [{ paths: ['/a$'] }] }).configuration.routes[0]?.paths).toEqual(['~/a$']);
    expect(parse(document({ routes: [{ paths: ['/a$'] }] })).configuration.routes[0]?.paths).toEqual(['/a$']);
  });
});

describe('entities', () => {
  test('may be nested to any depth, with comments', () => {
    const { configuration } = parse(
      document({
        services: [
          {
            name: 's1',
            host: 'u1',
            _comment: 'c',
            routes: [{ name: 'r1', paths: ['/'], _ignore: [], plugins: [{ name: 'cors' }] }],
            plugins: [{ name: 'cors' }],
          },
        ],
        upstreams: [{ name: 'u1', targets: [{ target: '127.0.0.1:80' }] }],
        consumers: [{ username: 'bob', acls: [{ group: 'g' }], keyauth_credentials: [{ key: 'k' }], plugins: [] }],
      }),
    );
    const [route] = configuration.routes;
    expect(route?.service?.id).toBe('356ebaf8-b7af-5cba-99a1-f392e34730ab');
    expect(configuration.plugins.map(({ route, service }) => [route?.id, service?.id])).toEqual([
      ['4726a05a-d550-537e-9fc3-a07c7a1188c7', undefined],
      [undefined, '356ebaf8-b7af-5cba-99a1-f392e34730ab'],
    ]);
    expect(configuration.targets[0]?.id).toBe('c34064ec-7a8e-5d5e-9f91-3987b3950353');
    expect(configuration.acls[0]).toMatchObject({
      id: 'f363fae2-e46e-560c-8df0-6fb2e9cacfcb',
      consumer: { id: 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e' },
    });
  });

  test('may be flat, with references by name, by id, or as objects', () => {
    const id = '356ebaf8-b7af-5cba-99a1-f392e34730ab';
    const { configuration } = parse(
      document({
        plugins: [
          { name: 'rate-limiting', service: 's1' },
          { name: 'cors', service: id },
          { name: 'acl', service: { id } },
          { name: 'cors' },
        ],
        routes: [{ name: 'r', paths: ['/'], service: 's1' }],
        services: [{ name: 's1', host: 'h' }],
      }),
    );
    expect(configuration.plugins.map(({ service }) => service?.id)).toEqual([id, id, id, undefined]);
    expect(configuration.plugins[0]?.id).toBe('344f255d-b57e-500e-8382-8842c88dbcf2');
    expect(configuration.plugins[3]?.id).toBe('48ee727e-8b90-5faa-bda1-a3c6bc3c9daa');
    expect(configuration.routes[0]?.service).toEqual({ id });
  });

  test('may repeat the parent that they are nested in', () => {
    const id = '356ebaf8-b7af-5cba-99a1-f392e34730ab';
    const routes = (service: unknown) => document({ services: [{ name: 's1', host: 'h', routes: [{ paths: ['/'], service }] }] });
    expect([null, { id }, 's1', id].map((service) => problems(routes(service)))).toEqual([[], [], [], []]);
    expect(problems(routes('other'))).toContain('services.1.routes.1.service: value must be null');
  });

  test('that Kong identifies at random keep their ids from load to load', () => {
    const source = document({
      routes: [{ paths: ['/a'] }, { paths: ['/a'] }, { paths: ['/b'] }],
      consumers: [
        {
          username: 'bob',
          keyauth_credentials: [{ key: 'k1' }, { key: 'k2' }],
          jwt_secrets: [{ key: 'k1', secret: 's' }],
          oauth2_credentials: [{ name: 'app', client_id: 'c1', client_secret: 's' }],
        },
      ],
    });
    const [first, second] = [parse(source).configuration, parse(source).configuration];
    expect(first).toEqual(second);
    expect(new Set(first.routes.map(({ id }) => id)).size).toBe(3);
    expect(new Set(first.keyauth_credentials.map(({ id }) => id)).size).toBe(2);
  });

  test('that cannot be told apart are refused', () => {
    expect(
      problems(
        document({
          services: [
            { name: 'a', host: 'h' },
            { name: 'a', host: 'h' },
            { id: '0e7a237a-6645-50cc-8e6d-514947af04b9', host: 'h' },
            { id: '0E7A237A-6645-50CC-8E6D-514947AF04B9', host: 'h' },
          ],
          consumers: [
            { username: 'a', custom_id: 'x' },
            { username: 'b', custom_id: 'x' },
          ],
          plugins: [{ name: 'cors' }, { name: 'cors' }, { name: 'acl', instance_name: 'i' }, { name: 'other', instance_name: 'i' }],
        }),
      ),
    ).toEqual([
      "services.2: uniqueness violation: 'services' entity with name set to 'a' already declared",
      "services.4: uniqueness violation: 'services' entity with primary key set to '0e7a237a-6645-50cc-8e6d-514947af04b9' already declared",
      "consumers.2: uniqueness violation: 'consumers' entity with custom_id set to 'x' already declared",
      "plugins.2: uniqueness violation: 'plugins' entity with primary key set to '48ee727e-8b90-5faa-bda1-a3c6bc3c9daa' already declared",
      "plugins.4: uniqueness violation: 'plugins' entity with instance_name set to 'i' already declared",
    ]);
  });

  test('must refer to what is there; an entity with problems of its own is there', () => {
    expect(
      problems(
        document({
          services: [{ name: 'bad', host: 'h:1' }],
          routes: [
            { name: 'r', paths: ['/'], service: 'nope' },
            { paths: ['/b'], service: 'bad' },
            { paths: ['/c'], service: { id: '0e7a237a-6645-50cc-8e6d-514947af04b9' } },
          ],
          snis: [{ name: 'a.example', certificate: 'x' }],
        }),
      ),
    ).toEqual([
      'services.1.host: must not have a port',
      "routes.1.service: invalid reference 'service: nope' (no such entry in 'services')",
      "routes.3.service: invalid reference 'service: 0e7a237a-6645-50cc-8e6d-514947af04b9' (no such entry in 'services')",
      "snis.1.certificate: invalid reference 'certificate: x' (no such entry in 'certificates')",
    ]);
  });

  test('report all their problems at once, also those nested in broken ones', () => {
    expect(problems(document({ services: [{ name: 'a b', routes: [{ paths: ['x'], plugins: [{}] }] }], bogus: 1 }))).toEqual([
      'bogus: unknown field',
      "services.1.name: invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~",
      'services.1.host: required field missing',
      'services.1.routes.1.paths.1: should start with: / (fixed path) or ~/ (regex path)',
      'services.1.routes.1.plugins.1.name: required field missing',
    ]);
  });
});

test('children of broken parents are not taken for one another', () => {
  const broken = (name: string): object => ({ name, plugins: [{ name: 'cors' }] });
  expect(problems(document({ services: [broken('a'), broken('b')] }))).toEqual([
    'services.1.host: required field missing',
    'services.2.host: required field missing',
  ]);
});

describe('the error document', () => {
  const bad = document({
    services: [
      { name: 'ok', host: 'h' },
      {
        id: '0e7a237a-6645-50cc-8e6d-514947af04b9',
        name: 'bad',
        host: 'h',
        port: -1,
        tags: ['k8s-name:bad', 'k8s-group:'],
        routes: [{ name: 'r', paths: ['/ok', 'x'] }],
      },
    ],
    plugins: [{ name: 'cors', route: 'nope', config: {} }],
  });

  test('mirrors the document', () => {
    const result = parseDeclarative(bad as never, OPTIONS);
    expect(!result.ok && errorDocument(result.errors)).toEqual({
      code: 14,
      name: 'invalid declarative configuration',
      message:
        'declarative config is invalid: {plugins={{route="invalid reference \'route: nope\' (no such entry in \'routes\')"}},services={[2]={port="value should be between 0 and 65535",routes={{paths={[2]="should start with: / (fixed path) or ~/ (regex path)"}}}}}}',
      fields: {
        services: [
          null,
          {
            port: 'value should be between 0 and 65535',
            routes: [{ paths: [null, 'should start with: / (fixed path) or ~/ (regex path)'] }],
          },
        ],
        plugins: [{ route: "invalid reference 'route: nope' (no such entry in 'routes')" }],
      },
    });
  });

  test('lists entities when flattened, unresolved references too', () => {
    const result = parseDeclarative(bad as never, OPTIONS);
    const flat = !result.ok && errorDocument(result.errors, { flatten: true });
    expect(flat).toEqual({
      code: 14,
      name: 'invalid declarative configuration',
      message: 'declarative config is invalid: {}',
      fields: {},
      flattened_errors: [
        {
          entity_type: 'service',
          entity_name: 'bad',
          entity_id: '0e7a237a-6645-50cc-8e6d-514947af04b9',
          entity_tags: ['k8s-name:bad', 'k8s-group:'],
          entity: { id: '0e7a237a-6645-50cc-8e6d-514947af04b9', name: 'bad', host: 'h', port: -1, tags: ['k8s-name:bad', 'k8s-group:'] },
          errors: [{ type: 'field', field: 'port', message: 'value should be between 0 and 65535' }],
        },
        {
          entity_type: 'route',
          entity_name: 'r',
          entity: { name: 'r', paths: ['/ok', 'x'], service: { id: '0e7a237a-6645-50cc-8e6d-514947af04b9' } },
          errors: [{ type: 'field', field: 'paths.2', message: 'should start with: / (fixed path) or ~/ (regex path)' }],
        },
        {
          entity_type: 'plugin',
          entity_name: 'cors',
          entity_id: expect.any(String),
          entity: { name: 'cors', route: 'nope', config: {} },
          errors: [{ type: 'field', field: 'route', message: "invalid reference 'route: nope' (no such entry in 'routes')" }],
        },
      ],
    });
  });

  test('takes keys that are numbers for what they are', () => {
    const result = parseDeclarative({ _format_version: '3.0', services: [{ host: 'h', 4000000000: 1 }] }, OPTIONS);
    expect(!result.ok && errorDocument(result.errors).fields).toEqual({ services: [{ 4000000000: 'unknown field' }] });
  });

  test('of a text that cannot be read has one field', () => {
    const result = parseDeclarative('text', OPTIONS);
    expect(!result.ok && errorDocument(result.errors, { flatten: true })).toMatchObject({
      fields: { error: 'failed parsing declarative configuration: expected an object' },
      flattened_errors: [],
    });
  });
});
