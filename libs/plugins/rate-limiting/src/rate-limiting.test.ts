import { COUNTERS } from '@gibbon/contracts/services';
import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  runPlugins,
  testConsumer,
  testPluginEntity,
  testService,
  TestServices,
  type TestPlugin,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

const LIMITS = "at least one of these fields must be non-empty: 'second', 'minute', 'hour', 'day', 'month', 'year'";

describePlugin({
  definition,
  configs: [
    { minute: 5 },
    { second: 1, minute: 2, hour: 3, day: 4, month: 5, year: 6, limit_by: 'ip' },
    {
      hour: 0.5,
      limit_by: 'header',
      header_name: 'X-A',
      hide_client_headers: true,
      fault_tolerant: false,
      error_code: 403,
      error_message: 'no',
    },
    { day: 1, limit_by: 'path', path: '/', redis_host: 'old.test', redis_port: 6379 },
  ],
  invalid: [
    { config: {}, problems: [{ path: '', message: LIMITS }] },
    {
      config: { second: 0, minute: 'x', limit_by: 'moon' },
      problems: [
        { path: 'second', message: 'value must be greater than 0' },
        { path: 'minute', message: 'expected a number' },
        { path: 'limit_by', message: 'expected one of: consumer, credential, ip, service, header, path' },
      ],
    },
    {
      config: { second: 2, minute: 1 },
      problems: [{ path: '', message: 'The limit for minute(1.0) cannot be lower than the limit for second(2.0)' }],
    },
    {
      config: { minute: 1, limit_by: 'header' },
      problems: [
        { path: 'header_name', message: 'required field missing' },
        { path: '', message: "failed conditional validation given value of field 'limit_by'" },
      ],
    },
    {
      config: { minute: 1, limit_by: 'path', path: 'x' },
      problems: [{ path: 'path', message: 'should start with: /' }],
    },
    { config: { minute: 1, policy: 'cluster' }, problems: [{ path: 'policy', message: 'expected one of: local, redis' }] },
    {
      config: { minute: 1, policy: 'redis', redis: { host: 'redis.test' } },
      problems: [{ path: 'policy', message: "'redis' is not available yet, use 'local'" }],
    },
    {
      config: { minute: 1, policy: 'redis' },
      problems: [
        { path: 'redis.host', message: 'required field missing' },
        { path: '', message: "failed conditional validation given value of field 'policy'" },
      ],
    },
    { config: { minute: 1, sync_rate: 1 }, problems: [{ path: '', message: 'sync_rate can only be used with the redis policy' }] },
  ],
});

/** Statuses of requests one after the other. */
async function statuses(plugin: TestPlugin, count: number, request = {}): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 0; n < count; n += 1) seen.push((await plugin.run(request)).status);
  return seen;
}

describe('rate-limiting', () => {
  it('says what is left, refuses what is too much, and starts anew with the calendar minute', async () => {
    const plugin = createTestPlugin(definition, { minute: 2 });
    plugin.services.clock.jump(14_999);
    expect((await plugin.run()).headers).toEqual({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '46',
    });
    expect((await plugin.run()).headers).toMatchObject({ 'x-ratelimit-remaining-minute': '0', 'ratelimit-remaining': '0' });
    plugin.services.clock.jump(45_000);
    const refused = await plugin.run();
    expect(refused).toMatchObject({ status: 429, proxied: false });
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'API rate limit exceeded' });
    expect(refused.headers).toMatchObject({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '0',
      'ratelimit-reset': '1',
      'retry-after': '1',
    });
    plugin.services.clock.jump(1);
    expect((await plugin.run()).headers).toMatchObject({ 'x-ratelimit-remaining-minute': '1', 'ratelimit-reset': '60' });
  });

  it('does not count refused requests, in no window', async () => {
    const plugin = createTestPlugin(definition, { second: 1, minute: 3 });
    expect(await statuses(plugin, 5)).toEqual([200, 429, 429, 429, 429]);
    const refused = await plugin.run();
    expect(refused.headers).toMatchObject({
      'x-ratelimit-remaining-second': '0',
      'x-ratelimit-remaining-minute': '2',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1',
    });
    plugin.services.clock.jump(1_000);
    expect(await statuses(plugin, 2)).toEqual([200, 429]);
    plugin.services.clock.jump(1_000);
    expect(await statuses(plugin, 1)).toEqual([200]);
    plugin.services.clock.jump(1_000);
    const last = await plugin.run();
    expect([last.status, last.headers['ratelimit-limit'], last.headers['retry-after']]).toEqual([429, '3', '57']);
  });

  it('lets the longest of equally scarce windows speak', async () => {
    const { headers } = await createTestPlugin(definition, { second: 5, hour: 5, minute: 5 }).run();
    expect([headers['ratelimit-limit'], headers['ratelimit-reset']]).toEqual(['5', '3600']);
  });

  it('follows UTC months and years', async () => {
    const plugin = createTestPlugin(definition, { month: 1, year: 2 });
    plugin.services.clock.jump(Date.UTC(2026, 1, 28, 23, 59, 59) - plugin.services.clock.now());
    expect(await statuses(plugin, 2)).toEqual([200, 429]);
    plugin.services.clock.jump(1_000);
    expect(await statuses(plugin, 1)).toEqual([200]);
    plugin.services.clock.jump(Date.UTC(2026, 3, 1) - plugin.services.clock.now());
    expect(await statuses(plugin, 1)).toEqual([429]);
    plugin.services.clock.jump(Date.UTC(2027, 0, 1) - plugin.services.clock.now());
    expect(await statuses(plugin, 1)).toEqual([200]);
  });

  it('takes limits with fractions as Kong does', async () => {
    const plugin = createTestPlugin(definition, { minute: 1.5 });
    expect((await plugin.run()).headers['x-ratelimit-remaining-minute']).toBe('0.5');
    expect(await statuses(plugin, 2)).toEqual([200, 429]);
  });

  const alice = testConsumer();
  const bob = testConsumer({ id: '0c000000-0000-4000-8000-000000000002', username: 'bob' });
  it.each([
    ['consumer', {}, { consumer: alice, clientAddress: '192.0.2.1' }, { consumer: alice, clientAddress: '192.0.2.2' }, { consumer: bob }],
    ['consumer', {}, { credential: { id: 'a' } }, { credential: { id: 'a' } }, { credential: { id: 'b' } }],
    ['consumer', {}, {}, {}, { clientAddress: '192.0.2.9' }],
    [
      'credential',
      {},
      { consumer: alice, credential: { id: 'a' } },
      { consumer: bob, credential: { id: 'a' } },
      { consumer: alice, credential: { id: 'b' } },
    ],
    ['ip', {}, { consumer: alice }, { consumer: bob }, { consumer: alice, clientAddress: '192.0.2.9' }],
    ['service', {}, { clientAddress: '192.0.2.1' }, { clientAddress: '192.0.2.2' }, { service: testService({ id: 'other' }) }],
    [
      'header',
      { header_name: 'X-Who' },
      { headers: ['x-who', 'a'], clientAddress: '192.0.2.1' },
      { headers: ['X-WHO', 'a'] },
      { headers: ['X-Who', 'b'] },
    ],
    [
      'path',
      { path: '/a' },
      { url: 'http://g.test/a', clientAddress: '192.0.2.1' },
      { url: 'http://g.test/a?x' },
      { url: 'http://g.test/a/b' },
    ],
  ])('counts by %s %#', async (...[by, more, first, same, other]) => {
    const plugin = createTestPlugin(definition, { minute: 1, limit_by: by, ...more });
    expect([(await plugin.run(first)).status, (await plugin.run(same)).status, (await plugin.run(other)).status]).toEqual([200, 429, 200]);
  });

  it('counts together what has the scope of its entity, and apart what has not', async () => {
    const services = new TestServices();
    const make = (entity: object): TestPlugin =>
      createTestPlugin(definition, { minute: 1 }, { services, entity: testPluginEntity({ name: 'rate-limiting', ...entity }) });
    const [global, again, onService, onRoute] = [make({}), make({}), make({ service: { id: 's' } }), make({ route: { id: 'r' } })];
    expect(await statuses(global, 1)).toEqual([200]);
    expect(await statuses(again, 1)).toEqual([429]);
    expect(await statuses(onService, 2)).toEqual([200, 429]);
    expect(await statuses(onRoute, 2)).toEqual([200, 429]);
  });

  it('answers as configured, and says nothing when told to', async () => {
    const plugin = createTestPlugin(definition, { minute: 1, error_code: 503, error_message: 'come later', hide_client_headers: true });
    expect((await plugin.run()).headers).toEqual({});
    const refused = await plugin.run();
    expect([refused.status, (JSON.parse(refused.body) as { message: string }).message]).toEqual([503, 'come later']);
    expect(Object.keys(refused.headers)).toEqual(['content-length', 'content-type']);
  });

  it('speaks over what the upstream says of limits', async () => {
    const upstream = { headers: ['RateLimit-Limit', '999', 'X-RateLimit-Limit-Minute', '999', 'X-RateLimit-Limit-Hour', '999'] };
    const { headers } = await createTestPlugin(definition, { minute: 2 }).run({}, upstream);
    expect(headers).toMatchObject({ 'ratelimit-limit': '2', 'x-ratelimit-limit-minute': '2', 'x-ratelimit-limit-hour': '999' });
  });

  it('lets the plugin that runs later in a request replace what an earlier one says', async () => {
    const first = createTestPlugin(definition, { minute: 5 });
    const second = createTestPlugin(definition, { hour: 9, minute: 7 });
    const { headers } = await runPlugins([first.handler, second.handler], createTestExchange());
    expect(headers).toMatchObject({ 'ratelimit-limit': '7', 'x-ratelimit-limit-minute': '7', 'x-ratelimit-limit-hour': '9' });
  });

  it('passes or fails as told when counting fails', async () => {
    const failing = {
      add: () => {
        throw new Error('out of memory');
      },
      get: () => 0,
    };
    for (const [tolerant, status] of [
      [true, 200],
      [false, 500],
    ] as const) {
      const services = new TestServices([[COUNTERS, failing]]);
      const plugin = createTestPlugin(definition, { minute: 1, fault_tolerant: tolerant }, { services });
      const outcome = await plugin.run();
      expect(outcome.status).toBe(status);
      expect(Object.keys(outcome.headers).filter((name) => name.includes('ratelimit'))).toEqual([]);
      expect(services.lines).toMatchObject([{ level: 'error', message: 'counting requests failed' }]);
    }
  });
});
