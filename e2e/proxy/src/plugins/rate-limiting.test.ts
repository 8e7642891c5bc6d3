import { watchHandles } from '@gibbon/testing-fixtures';
import { afterEach, afterAll, describe, expect, it } from 'vitest';
import { joinedFields, PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();

describe('rate-limiting on the wire', () => {
  let gateway: PluginGateway;
  afterEach(() => gateway.close());
  afterAll(() => handles.settled());

  it('says what is left, refuses what is too much, and starts anew', async () => {
    gateway = await PluginGateway.start({ plugins: [{ name: 'rate-limiting', config: { minute: 2 } }] });
    gateway.upstream.respond(() => ({ kind: 'echo', headers: ['RateLimit-Limit', '999'] }));
    const client = await gateway.connect();
    const first = joinedFields((await gateway.ask({}, client)).response.headers);
    expect(first).toMatchObject({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '60',
    });
    expect(await gateway.status({}, client)).toBe(200);
    const refused = await gateway.ask({}, client);
    expect(refused).toMatchObject({ seen: null, response: { status: 429 } });
    expect(joinedFields(refused.response.headers)).toMatchObject({
      'x-ratelimit-remaining-minute': '0',
      'retry-after': '60',
      'ratelimit-limit': '2',
    });
    expect(JSON.parse(refused.response.text)).toMatchObject({ message: 'API rate limit exceeded' });
    gateway.clock.jump(60_000);
    expect(await gateway.status({}, client)).toBe(200);
  });

  it('admits exactly as many as the limit when connections compete', async () => {
    gateway = await PluginGateway.start({ plugins: [{ name: 'rate-limiting', config: { hour: 25, second: 25 } }] });
    const statuses = await Promise.all(Array.from({ length: 60 }, () => gateway.status()));
    expect(statuses.filter((status) => status === 200)).toHaveLength(25);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
    expect(gateway.upstream.requests).toHaveLength(25);
  });

  it('counts per consumer, whose own limit replaces that of the service', async () => {
    gateway = await PluginGateway.start({
      plugins: [{ name: 'key-auth' }, { name: 'rate-limiting', config: { minute: 1 } }],
      consumers: [
        { username: 'small', keyauth_credentials: [{ key: 's' }] },
        { username: 'other', keyauth_credentials: [{ key: 'o' }] },
        { username: 'big', keyauth_credentials: [{ key: 'b' }], plugins: [{ name: 'rate-limiting', config: { minute: 3 } }] },
      ],
    });
    const statusesOf = async (key: string, count: number): Promise<number[]> => {
      const statuses: number[] = [];
      for (let n = 0; n < count; n += 1) statuses.push(await gateway.status({ headers: ['apikey', key] }));
      return statuses;
    };
    expect(await statusesOf('s', 2)).toEqual([200, 429]);
    expect(await statusesOf('o', 2)).toEqual([200, 429]);
    // A service's configuration is less specific than a consumer's.
    expect(await statusesOf('b', 4)).toEqual([200, 200, 200, 429]);
  });

  it('keeps its counts when the configuration changes, and counts routes apart where the plugin is theirs', async () => {
    const limited = (name: string): object => ({ name, paths: [`/${name}`], plugins: [{ name: 'rate-limiting', config: { minute: 2 } }] });
    gateway = await PluginGateway.start({ routes: [limited('a'), limited('b')] });
    expect([
      await gateway.status({ target: '/a' }),
      await gateway.status({ target: '/a' }),
      await gateway.status({ target: '/a' }),
    ]).toEqual([200, 200, 429]);
    expect(await gateway.status({ target: '/b' })).toBe(200);
    gateway.configure({ routes: [{ ...limited('a'), plugins: [{ name: 'rate-limiting', config: { minute: 3 } }] }] });
    expect([await gateway.status({ target: '/a' }), await gateway.status({ target: '/a' })]).toEqual([200, 429]);
  });
});
