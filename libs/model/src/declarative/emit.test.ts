import { expect, test } from 'vitest';
import { ANY_PLUGIN, documentOf, emitDeclarative, parseDeclarative, type DocumentOptions } from '../index.ts';

const parsed = parseDeclarative(
  {
    _format_version: '3.0',
    services: [{ name: 'web', host: 'up', tags: ['t'], routes: [{ name: 'r', paths: ['/'] }] }],
    upstreams: [{ name: 'up', algorithm: 'consistent-hashing', balancer_config: { a: 1 }, targets: [{ target: 'a:1' }] }],
    consumers: [{ username: 'bob', plugins: [{ name: 'cors', config: { max_age: null } }] }],
    plugins: [{ name: 'limit', service: 'web', consumer: 'bob' }],
  },
  { plugins: ANY_PLUGIN },
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
const { configuration } = parsed;

/** The document as JSON gives it. */
function written(options: DocumentOptions): any {
  return JSON.parse(JSON.stringify(documentOf(configuration, options)));
}

test('children stand in their parents, except those of several', () => {
  const document = written({ omitDefaults: true });
  const protocols = ['grpc', 'grpcs', 'http', 'https'];
  expect(document).toEqual({
    _format_version: '3.0',
    services: [
      { id: expect.any(String), name: 'web', host: 'up', tags: ['t'], routes: [{ id: expect.any(String), name: 'r', paths: ['/'] }] },
    ],
    upstreams: [
      { id: expect.any(String), name: 'up', algorithm: 'consistent-hashing', targets: [{ id: expect.any(String), target: 'a:1' }] },
    ],
    consumers: [
      {
        id: expect.any(String),
        username: 'bob',
        plugins: [{ id: expect.any(String), name: 'cors', config: { max_age: null }, protocols }],
      },
    ],
    plugins: [{ id: expect.any(String), name: 'limit', service: 'web', consumer: 'bob', config: {}, protocols }],
  });
  expect(Object.keys(document)).toEqual(['_format_version', 'services', 'upstreams', 'consumers', 'plugins']);
});

test('flat documents refer by id', () => {
  const document = written({ nested: false });
  const [service] = document.services;
  expect(document.routes[0].service).toBe(service.id);
  expect(document.plugins.map((plugin: any) => [plugin.service, plugin.consumer])).toEqual([
    [undefined, configuration.consumers[0]?.id],
    [service.id, configuration.consumers[0]?.id],
  ]);
});

test("for Kong there is nothing of Gibbon's, and no hash_on that would choose the algorithm", () => {
  const [forKong] = written({}).upstreams;
  expect([forKong.balancer_config, forKong.hash_on, forKong.healthchecks.active.headers]).toEqual([undefined, undefined, undefined]);
  expect(forKong.healthchecks.active.healthy).toEqual({ interval: 0, http_statuses: [200, 302], successes: 0 });
  expect(written({ target: 'gibbon' }).upstreams[0].balancer_config).toEqual({ a: 1 });
});

test('all fields with nulls, as a node tells its configuration', () => {
  const document = written({ nested: false, nulls: true, transform: false });
  expect(document._transform).toBe(false);
  expect(document.services[0]).toMatchObject({ client_certificate: null, path: null, retries: 5 });
  expect(document.routes[0]).toMatchObject({ methods: null, priority: null });
});

test('the text is YAML or JSON and always the same', () => {
  const reversed = { ...configuration, plugins: configuration.plugins.toReversed() };
  for (const format of ['yaml', 'json'] as const)
    expect(emitDeclarative(reversed, { format })).toBe(emitDeclarative(configuration, { format }));
  expect(emitDeclarative(configuration, { format: 'json', indent: 0 })).toMatch(/^\{"_format_version":"3.0","services":\[\{"id".*\}\n$/);
  expect(emitDeclarative(configuration, { format: 'yaml' })).toMatch(/^_format_version: "3.0"\nservices:\n {2}- id: /);
});

test('a key that would merge maps stays a key', () => {
  const config = { '<<': { a: 1 }, b: ['<<'] };
  const read = parseDeclarative({ _format_version: '3.0', plugins: [{ name: 'x', config }] }, { plugins: ANY_PLUGIN });
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  const again = parseDeclarative(emitDeclarative(read.configuration, { format: 'yaml' }), { plugins: ANY_PLUGIN });
  expect(again.ok && again.configuration.plugins[0]?.config).toEqual(config);
});
