import type { Configuration } from '@gibbon/contracts/entities';
import { emptyConfiguration } from '@gibbon/model';
import { testConsumer, testPluginEntity, testRoute, testService } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeProxy } from './testing/fake-proxy.ts';
import { Publishing } from './testing/publishing.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const service = (n: number, port = 80) => testService({ id: id(n), name: `s${n}`, port, tags: [`k8s-name:s${n}`] });
const route = (n: number, to: number) => testRoute({ id: id(n), name: `r${n}`, service: { id: id(to) } });
const configuration = (parts: Partial<Configuration>): Configuration => ({ ...emptyConfiguration(), ...parts });

let kong: FakeProxy;
let publishing: Publishing;

beforeEach(async () => {
  kong = await new FakeProxy('kong').start();
  publishing = new Publishing({ urls: [kong.url], profile: 'kong', config: { headers: { 'Kong-Admin-Token': 'secret' } } });
});

afterEach(async () => {
  await publishing.end();
  await kong.stop();
});

const names = (): (string | null)[] => kong.served.services.map(({ name }) => name);

describe('Kong', () => {
  it('gets whole documents as the reference controller sends them, with the token', async () => {
    await publishing.publish(configuration({ services: [service(1)] }));
    await publishing.publish(configuration({ services: [service(1), service(2)] }));
    const posts = kong.received.filter(({ method }) => method === 'POST');
    expect(posts.map(({ path, headers }) => [path, headers['kong-admin-token'], headers['content-type']])).toEqual(
      posts.map(() => ['/config?check_hash=1&flatten_errors=1', 'secret', 'application/json']),
    );
    expect([posts.length, names()]).toEqual([2, ['s1', 's2']]);
  });

  it('is given one entity when there are none, so that it becomes ready', async () => {
    expect(await publishing.publish(emptyConfiguration())).toMatchObject({ applied: true });
    expect(kong.served.upstreams.map(({ name }) => name)).toEqual(['kong']);
  });

  it('serves the rest of what it refuses, and nothing that depends on a refused entity', async () => {
    const result = await publishing.publish(
      configuration({ services: [service(1), service(2, -1)], routes: [route(11, 1), route(12, 2)] }),
    );
    expect(result).toMatchObject({ applied: true, error: null });
    expect(result.rejected).toEqual([
      { type: 'services', id: id(2), field: 'port', message: 'value should be between 0 and 65535' },
      { type: 'routes', id: id(12), field: 'service', message: `services ${id(2)} is refused` },
    ]);
    expect([names(), kong.served.routes.map(({ name }) => name), kong.writes.length]).toEqual([['s1'], ['r11'], 2]);
  });

  it('is not asked again about what it refused until that changes', async () => {
    const bad = service(2, -1);
    await publishing.publish(configuration({ services: [service(1), bad] }));
    const result = await publishing.publish(configuration({ services: [service(1), bad, service(3)] }));
    expect([result.rejected.length, kong.writes.length, names()]).toEqual([1, 3, ['s1', 's3']]);
    expect(await publishing.publish(configuration({ services: [service(1), service(2), service(3)] }))).toMatchObject({ rejected: [] });
    expect(names()).toEqual(['s1', 's2', 's3']);
  });

  it('never opens a route whose plugin it refuses', async () => {
    kong.answer = ({ method, body }) =>
      method === 'POST' && body.includes('"key-auth"')
        ? {
            status: 400,
            body: {
              message: 'declarative config is invalid',
              flattened_errors: [{ entity_type: 'plugin', entity_id: id(21), errors: [{ type: 'entity', messages: ['no', 'never'] }] }],
            },
          }
        : null;
    const plugin = testPluginEntity({ id: id(21), name: 'key-auth', route: { id: id(11) } });
    const result = await publishing.publish(
      configuration({ services: [service(1)], routes: [route(11, 1), route(12, 1)], plugins: [plugin] }),
    );
    expect(kong.served.routes.map(({ name }) => name)).toEqual(['r12']);
    expect(result.rejected.map(({ type, message }) => `${type}: ${message}`)).toEqual([
      'plugins: no',
      'plugins: never',
      'routes: its plugin key-auth is refused: never',
    ]);
  });

  it('keeps what it has when a plugin for everything is refused', async () => {
    await publishing.publish(configuration({ services: [service(1)] }));
    kong.answer = ({ method }) =>
      method === 'POST'
        ? {
            status: 400,
            body: { message: 'no', flattened_errors: [{ entity_type: 'plugin', entity_name: 'key-auth', errors: [{ message: 'bad' }] }] },
          }
        : null;
    const result = await publishing.publish(
      configuration({ services: [service(2)], plugins: [testPluginEntity({ id: id(21), name: 'key-auth' })] }),
    );
    expect(result).toMatchObject({ applied: false, error: expect.stringContaining('a plugin for everything is refused: bad') });
    expect(names()).toEqual(['s1']);
  });

  it.each<[object, string]>([
    [{ entity_type: 'service', entity_name: 's2', errors: [{ field: 'port', message: 'x' }] }, 'services'],
    [{ entity_type: 'service', entity_tags: ['k8s-name:s2'], errors: [{ field: 'port', message: 'x' }] }, 'services'],
    [{ entity_type: 'consumer', entity_name: 'alice', errors: [] }, 'consumers'],
  ])('is understood when it names an entity as %j', async (entry, type) => {
    let asked = 0;
    kong.answer = ({ method }) =>
      method === 'POST' && asked++ === 0 ? { status: 400, body: { message: 'no', flattened_errors: [entry] } } : null;
    const result = await publishing.publish(configuration({ services: [service(1), service(2)], consumers: [testConsumer()] }));
    expect(result.rejected.map((rejection) => rejection.type)).toEqual([type]);
  });

  it.each<[string, { readonly status: number; readonly body: unknown }]>([
    ['names no entity', { status: 400, body: { message: 'declarative config is invalid: {}', flattened_errors: [] } }],
    ['is too small', { status: 413, body: { message: 'does not fit' } }],
    ['fails', { status: 500, body: { message: 'An unexpected error occurred' } }],
  ])('that %s is reported in its words', async (_name, answer) => {
    kong.answer = ({ method }) => (method === 'POST' ? answer : null);
    expect(await publishing.publish(configuration({ services: [service(1)] }))).toMatchObject({
      applied: false,
      error: `${kong.url}: POST /config was answered with ${answer.status}: ${(answer.body as { message: string }).message}`,
    });
    expect(kong.writes).toEqual(['POST']);
  });

  it('that asks to wait is left alone for that long', async () => {
    kong.answer = ({ method }) =>
      method === 'POST' && kong.writes.length === 1 ? { status: 429, body: { message: 'busy' }, headers: { 'retry-after': '5' } } : null;
    expect(await publishing.publish(configuration({ services: [service(1)] }))).toMatchObject({ applied: false });
    await publishing.services.clock.advanceAsync(4900);
    expect(kong.writes).toEqual(['POST']);
    await publishing.services.clock.advanceAsync(100);
    expect(await publishing.reported(({ applied }) => applied)).toMatchObject({ error: null });
  });

  it('with a database is refused, as is what is no Admin API', async () => {
    for (const body of [{ version: '3.9.1', configuration: { database: 'postgres' } }, { hello: 'world' }]) {
      kong.answer = ({ path }) => (path === '/' ? { status: 200, body } : null);
      expect(await publishing.publish(configuration({ services: [service(1)] }))).toMatchObject({
        applied: false,
        error: expect.stringMatching(/database|Admin API/),
      });
      await publishing.services.clock.advanceAsync(4000);
    }
    expect(kong.writes).toEqual([]);
  });
});
