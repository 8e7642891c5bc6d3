import { startFakeUpstream, watchHandles, type FakeUpstream } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinedFields, PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();
const FIRST = '00000000-0000-4000-8000-000000000001';
const SECOND = '00000000-0000-4000-8000-000000000002';

function route(name: string, plugin: string, config: object): object {
  return { name, paths: [`/${name}`], strip_path: false, plugins: [{ name: plugin, config }] };
}

describe('filters of the Gateway API on the wire', () => {
  let gateway: PluginGateway;
  let first: FakeUpstream;
  let second: FakeUpstream;

  beforeAll(async () => {
    first = await startFakeUpstream({ name: 'first' });
    second = await startFakeUpstream({ name: 'second' });
    gateway = await PluginGateway.start({
      otherServices: [
        { id: FIRST, name: 'first', url: `${first.url}/`, routes: [] },
        { id: SECOND, name: 'second', url: `${second.url}/`, routes: [] },
      ],
      routes: [
        route('redirect', 'gibbon-redirect', {
          scheme: 'https',
          hostname: 'new.test',
          statusCode: 301,
          prefix: '/redirect',
          prefixReplacement: '/to',
        }),
        route('headers', 'gibbon-header-modifier', {
          request: { set: [{ name: 'X-Set', value: 'new' }], add: [{ name: 'X-Add', value: 'b' }], remove: ['X-Gone'] },
          response: { set: [{ name: 'X-Answer', value: 'ours' }], remove: ['X-Secret'] },
        }),
        route('rewrite', 'gibbon-url-rewrite', { hostname: 'in.test', prefix: '/rewrite', prefixReplacement: '/new' }),
        route('mirror', 'gibbon-mirror', { mirrors: [{ service: FIRST }, { service: SECOND }] }),
        route('timeout', 'gibbon-timeouts', { requestMs: 500 }),
        route('attempt', 'gibbon-timeouts', { backendRequestMs: 500 }),
        route('split', 'gibbon-traffic-split', {
          backends: [
            { weight: 3, service: FIRST, requestHeaders: { set: [{ name: 'Backend', value: 'first' }] } },
            {
              weight: 1,
              service: SECOND,
              responseHeaders: { set: [{ name: 'X-From', value: 'second' }] },
              rewrite: { fullPath: '/whole' },
            },
            { weight: 1, status: 500 },
          ],
        }),
        route('cors', 'gibbon-cors', { allowOrigins: ['https://*.app.test'], allowMethods: ['PUT'], allowCredentials: true }),
      ],
    });
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([first.close(), second.close()]);
    await handles.settled();
  });

  it('redirects without the upstream', async () => {
    const { response, seen } = await gateway.ask({ target: '/redirect/a?b=c' });
    expect([response.status, joinedFields(response.headers)['location'], seen]).toEqual([301, 'https://new.test/to/a?b=c', null]);
  });

  it('changes header fields both ways', async () => {
    gateway.upstream.respond(() => ({ kind: 'echo', headers: ['X-Secret', 's', 'X-Answer', 'theirs'] }));
    const { response, seen } = await gateway.ask({ target: '/headers', headers: ['x-set', 'old', 'x-add', 'a', 'x-gone', '1'] });
    expect(seen?.headers).toMatchObject({ 'x-set': 'new', 'x-add': 'a,b' });
    expect(seen?.headers).not.toHaveProperty('x-gone');
    expect(joinedFields(response.headers)).toMatchObject({ 'x-answer': 'ours' });
    expect(joinedFields(response.headers)).not.toHaveProperty('x-secret');
  });

  it('rewrites host and path', async () => {
    const { seen } = await gateway.ask({ target: '/rewrite/a%20b?c=d' });
    expect([seen?.url, seen?.headers['host']]).toEqual(['/new/a%20b?c=d', 'in.test']);
  });

  it('mirrors to several services, bodies included, and answers from the first', async () => {
    const { response, seen } = await gateway.ask({ method: 'POST', target: '/mirror/x?q=1', headers: ['X-A', '1'], body: 'copied' });
    expect([response.status, seen?.body]).toEqual([200, 'copied']);
    await Promise.all([first.received(1), second.received(1)]);
    for (const mirror of [first, second]) {
      const [copy] = mirror.requests;
      expect([copy?.method, copy?.url, copy?.body.toString()]).toEqual(['POST', '/mirror/x?q=1', 'copied']);
      expect(joinedFields(copy?.headers ?? [])).toMatchObject({ 'x-a': '1' });
    }
  });

  it.each(['/timeout', '/attempt'])('answers 504 when the service takes too long: %s', async (target) => {
    gateway.upstream.respond(() => ({ kind: 'silence' }));
    const before = gateway.upstream.requests.length;
    expect(await gateway.status({ target })).toBe(504);
    expect(gateway.upstream.requests.length).toBe(before + 1);
    gateway.upstream.respond(() => ({ kind: 'echo' }));
    expect(await gateway.status({ target })).toBe(200);
  });

  it('splits by weight, with changes for each backend and an error for the one that is missing', async () => {
    const answers = [];
    for (let count = 0; count < 10; count++) answers.push((await gateway.ask({ target: '/split' })).response);
    const bodies = answers
      .filter(({ status }) => status === 200)
      .map(({ text }) => JSON.parse(text) as { upstream: string; url: string; headers: string[] });
    expect(answers.filter(({ status }) => status === 500)).toHaveLength(2);
    expect(bodies.filter(({ upstream }) => upstream === 'first')).toHaveLength(6);
    expect(bodies.filter(({ upstream }) => upstream === 'second')).toHaveLength(2);
    for (const { upstream, url, headers } of bodies) {
      expect([url, joinedFields(headers)['backend']]).toEqual(upstream === 'first' ? ['/split', 'first'] : ['/whole', undefined]);
    }
    expect(answers.filter(({ headers }) => joinedFields(headers)['x-from'] === 'second')).toHaveLength(2);
  });

  it('answers preflights, and says nothing to other origins', async () => {
    const asked = ['Access-Control-Request-Method', 'PUT'];
    const allowed = await gateway.ask({ method: 'OPTIONS', target: '/cors', headers: ['Origin', 'https://a.b.app.test', ...asked] });
    expect([allowed.response.status, allowed.seen]).toEqual([204, null]);
    expect(joinedFields(allowed.response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.b.app.test',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-credentials': 'true',
    });
    const refused = await gateway.ask({ target: '/cors', headers: ['Origin', 'https://evil.test'] });
    expect(refused.response.status).toBe(200);
    expect(joinedFields(refused.response.headers)).not.toHaveProperty('access-control-allow-origin');
  });
});
