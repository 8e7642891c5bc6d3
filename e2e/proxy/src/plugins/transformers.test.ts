import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinedFields, PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();
const route = (name: string, plugin: object, more: object = {}): object => ({ name, paths: [`/${name}`], plugins: [plugin], ...more });

describe('request-transformer on the wire', () => {
  let gateway: PluginGateway;
  beforeAll(async () => {
    const headers = {
      remove: { headers: ['X-Gone'] },
      rename: { headers: ['X-Old:X-New'] },
      add: { headers: ['X-User:$(query_params.user or "nobody")', 'X-Id:$(uri_captures.id)'] },
      append: { headers: ['X-List:2'] },
    };
    gateway = await PluginGateway.start({
      routes: [
        route('headers', { name: 'request-transformer', config: headers }, { paths: ['~/headers/(?<id>\\d+)$'] }),
        route('host', {
          name: 'request-transformer',
          config: { replace: { headers: ['Host:other.test'], uri: '/new/$(headers["x-to"])' } },
        }),
        route('query', { name: 'request-transformer', config: { remove: { querystring: ['a'] }, append: { querystring: ['z:1 2'] } } }),
        route('body', { name: 'request-transformer', config: { remove: { body: ['a'] }, add: { body: ['b:é'] } } }),
        route('method', { name: 'request-transformer', config: { http_method: 'GET' } }),
      ],
    });
  });
  afterAll(() => gateway.close());

  it('changes fields', async () => {
    const headers = ['X-Gone', '1', 'X-Old', 'kept', 'X-List', '1', 'X-Stays', 'as it is'];
    const { seen } = await gateway.ask({ target: '/headers/42?user=zo%c3%ab', headers });
    expect(seen!.headers).toMatchObject({ 'x-new': 'kept', 'x-user': 'zo\xc3\xab', 'x-id': '42', 'x-list': '1, 2', 'x-stays': 'as it is' });
    expect(seen!.headers).not.toHaveProperty('x-gone');
    expect(seen!.headers).not.toHaveProperty('x-old');
  });

  it('lets no client add fields through a template', async () => {
    const { response, seen } = await gateway.ask({ target: '/headers/1?user=a%0d%0aX-Evil:%201%0d%0a%0d%0aGET%20/%20HTTP/1.1' });
    expect(response.status).toBe(200);
    expect(seen!.headers).not.toHaveProperty('x-evil');
    expect(seen!.headers['x-user']).toBe('a%0D%0AX-Evil: 1%0D%0A%0D%0AGET / HTTP/1.1');
  });

  it('changes host and path', async () => {
    const { seen } = await gateway.ask({ target: '/host/old?q=1', headers: ['X-To', 'a b?c#d'] });
    expect(seen).toMatchObject({ url: '/new/a%20b%3Fc%23d?q=1' });
    expect(seen!.headers['host']).toBe('other.test');
  });

  it('changes the query and keeps the rest as it was written', async () => {
    expect((await gateway.ask({ target: '/query?x=%7e+&a=1&y&a=2' })).seen).toMatchObject({ url: '/?x=%7e+&y&z=1%202' });
    expect((await gateway.ask({ target: '/query' })).seen).toMatchObject({ url: '/?z=1%202' });
  });

  it('changes bodies, whose length follows, large and small', async () => {
    const filler = 'x'.repeat(300_000);
    const json = await gateway.ask({
      method: 'POST',
      target: '/body',
      headers: ['Content-Type', 'application/json'],
      body: `{"a":1,"f":"${filler}"}`,
    });
    expect(json.seen!.body).toBe(`{"f":"${filler}","b":"é"}`);
    expect(json.seen!.headers['content-length']).toBe(String(Buffer.byteLength(json.seen!.body)));
    const form = await gateway.ask({
      method: 'POST',
      target: '/body',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: 'a=1&c=%7e',
    });
    expect(form.seen).toMatchObject({ body: 'c=%7e&b=%C3%A9' });
    const text = await gateway.ask({ method: 'POST', target: '/body', headers: ['Content-Type', 'text/plain'], body: 'a=1' });
    expect(text.seen).toMatchObject({ body: 'a=1' });
  });

  it('leaves a body alone that is too large to hold, and passes it on', async () => {
    const body = `{"a":"${'x'.repeat(8_400_000)}"}`;
    const { response, seen } = await gateway.ask({ method: 'POST', target: '/body', headers: ['Content-Type', 'application/json'], body });
    expect(response.status).toBe(200);
    expect(seen!.body.length).toBe(body.length);
    expect(gateway.complaints).toEqual(['body too large to transform, left as it is']);
  });

  it('changes the method, and moves a form into the query', async () => {
    const form = {
      method: 'POST',
      target: '/method?a=0',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: 'b=1&c=x+y',
    };
    expect((await gateway.ask(form)).seen).toMatchObject({ method: 'GET', url: '/?a=0&b=1&c=x%20y' });
  });
});

describe('response-transformer on the wire', () => {
  let gateway: PluginGateway;
  beforeAll(async () => {
    const config = {
      remove: { headers: ['X-Gone', 'Server'], json: ['secret'] },
      rename: { headers: ['X-Old:X-New'] },
      add: { headers: ['X-Added:1'], json: ['n:1'], json_types: ['number'] },
      append: { headers: ['Set-Cookie:c=3'] },
    };
    gateway = await PluginGateway.start({ plugins: [{ name: 'response-transformer', config }] });
  });
  afterAll(async () => {
    await gateway.close();
    await handles.settled();
  });

  it('changes fields and keeps repeated ones', async () => {
    gateway.upstream.respond(() => ({
      kind: 'answer',
      headers: ['X-Gone', '1', 'X-Old', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
      body: 'text',
    }));
    const { response } = await gateway.ask();
    expect(joinedFields(response.headers)).toMatchObject({
      'x-new': '2',
      'x-added': '1',
      'set-cookie': 'a=1, b=2, c=3',
      'content-length': '4',
    });
    expect(response.header('x-gone')).toBeNull();
    expect(response.text).toBe('text');
  });

  it('changes JSON, whatever its framing', async () => {
    const json = ['Content-Type', 'application/json'];
    const answers = [
      { kind: 'answer', headers: json, body: '{"secret":1,"kept":1.0}' },
      { kind: 'chunks', headers: json, chunks: ['{"sec', 'ret":1,', '"kept":1.0}'] },
    ] as const;
    for (const answer of answers) {
      gateway.upstream.respond(() => answer);
      const client = await gateway.connect();
      for (let n = 0; n < 2; n += 1) expect((await gateway.ask({}, client)).response.text).toBe('{"kept":1.0,"n":1}');
    }
    const large = `{"secret":1,"kept":"${'x'.repeat(500_000)}"}`;
    gateway.upstream.respond(() => ({ kind: 'answer', headers: json, body: large }));
    expect((await gateway.ask()).response.text).toBe(`{"kept":"${'x'.repeat(500_000)}","n":1}`);
  });

  it('leaves responses without body alone', async () => {
    const client = await gateway.connect();
    gateway.upstream.respond(() => ({ kind: 'answer', status: 304, headers: ['Content-Type', 'application/json', 'ETag', '"1"'] }));
    const unchanged = await gateway.ask({}, client);
    expect([unchanged.response.status, unchanged.response.header('etag'), unchanged.response.text]).toEqual([304, '"1"', '']);
    gateway.upstream.respond(() => ({ kind: 'answer', headers: ['Content-Type', 'application/json', 'Content-Length', '99'] }));
    const head = await gateway.ask({ method: 'HEAD' }, client);
    expect([head.response.status, head.response.text]).toEqual([200, '']);
    gateway.upstream.respond(() => ({ kind: 'answer', headers: ['Content-Type', 'application/json'], body: '[1]' }));
    expect((await gateway.ask({}, client)).response.text).toBe('[1]');
  });

  it('changes what the gateway itself answers', async () => {
    gateway.configure({
      routes: [{ name: 'one', paths: ['/one'] }],
      globalPlugins: [{ name: 'response-transformer', config: { add: { headers: ['X-Added:1'], json: ['by:gateway'] } } }],
    });
    const { response } = await gateway.ask({ target: '/none' });
    expect([response.status, response.header('x-added')]).toEqual([404, '1']);
    expect(JSON.parse(response.text)).toMatchObject({ message: 'no Route matched with those values', by: 'gateway' });
  });
});
