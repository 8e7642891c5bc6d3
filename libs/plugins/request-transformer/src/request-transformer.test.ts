import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  TestServices,
  type TestExchange,
  type TestRequest,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

const ALL = {
  http_method: 'GET',
  remove: { body: ['a'], headers: ['X-A'], querystring: ['a'] },
  rename: { body: ['b:c'], headers: ['X-B:X-C'], querystring: ['b:c'] },
  replace: {
    body: ['c:$(headers.x_a or "none")'],
    headers: ['Host:h.test', 'X-C:$(query_params.a)'],
    querystring: ['c:v'],
    uri: '/$(uri_captures[1])/x',
  },
  add: { body: ['d:1'], headers: ['X-D:$(query_params["apikey"])'], querystring: ['d:$(headers.origin)'] },
  append: { body: ['d:2'], headers: ['X-D:2'], querystring: ['d:2'] },
};

describePlugin({
  definition,
  configs: [{}, ALL, { ...ALL, http_method: 'POST', replace: { uri: '$(query_params.a)' } }],
  invalid: [
    {
      config: {
        http_method: 'get',
        remove: { headers: ['a b'] },
        rename: { headers: ['a:b c', 'x'], body: ['x'], querystring: ['x:'] },
        replace: { headers: ['é:x'], uri: '$(os.exit())' },
        add: { headers: ['x'], body: ['a:$(1'] },
        append: { querystring: ['ok:$(headers.x)', 'no:$(x)'] },
        extra: true,
      },
      problems: [
        { path: 'http_method', message: 'invalid value: get' },
        { path: 'remove.headers.1', message: "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'" },
        { path: 'extra', message: 'unknown field' },
      ],
    },
    {
      config: {
        rename: { headers: ['a:b c', 'x'], body: ['x'], querystring: ['x:'] },
        replace: { headers: ['é:x'], uri: '$(os.exit())' },
        add: { headers: ['x'], body: ['a:$(1'] },
        append: { querystring: ['ok:$(headers.x)', 'no:$(x)'] },
      },
      problems: [
        { path: 'rename.body.1', message: "key 'x' has no value" },
        { path: 'rename.headers.1', message: "'b c' is not a valid header" },
        { path: 'rename.headers.2', message: "key 'x' has no value" },
        { path: 'rename.querystring.1', message: "key 'x' has no value" },
        { path: 'replace.headers.1', message: "'é' is not a valid header" },
        {
          path: 'add.body.1',
          message: expect.stringMatching(/^value '\$\(1' is not in supported format, error:unexpected the end of the value/) as string,
        },
        { path: 'add.headers.1', message: "key 'x' has no value" },
        {
          path: 'append.querystring.2',
          message: expect.stringMatching(/^value '\$\(x\)' is not in supported format, error:unexpected 'x'/) as string,
        },
        {
          path: 'replace.uri',
          message: expect.stringMatching(/^value '\$\(os\.exit\(\)\)' is not in supported format, error:unexpected 'os'/) as string,
        },
      ],
    },
  ],
});

async function transform(config: object, request: TestRequest = {}): Promise<TestExchange> {
  const exchange = createTestExchange(request);
  await createTestPlugin(definition, config).handler.access!(exchange);
  return exchange;
}

const bodyOf = (exchange: TestExchange): string => Buffer.from(exchange.requestBody).toString();

describe('header fields', () => {
  it('are removed, renamed, replaced, added and appended in this order', async () => {
    const { requestHeaders } = await transform(
      {
        remove: { headers: ['x-gone', 'X-Absent'] },
        rename: { headers: ['X-Old:X-New', 'X-Absent:X-Never'] },
        replace: { headers: ['X-New:replaced', 'X-Absent:never', 'X-Gone:never'] },
        add: { headers: ['X-Gone:back', 'X-New:never'] },
        append: { headers: ['X-Gone:twice', 'X-Fresh:a:b'] },
      },
      { headers: ['X-Gone', '1', 'X-Old', '2', 'x-old', '3', 'X-Stays', '4', 'Host', 'h'] },
    );
    expect(requestHeaders.toList()).toEqual([
      'X-Stays',
      '4',
      'Host',
      'h',
      'X-New',
      'replaced',
      'X-Gone',
      'back',
      'X-Gone',
      'twice',
      'X-Fresh',
      'a:b',
    ]);
  });

  it('keep all values when renamed', async () => {
    const { requestHeaders } = await transform(
      { rename: { headers: ['a:b', 'c:C'] } },
      { headers: ['A', '1', 'a', '2', 'B', '0', 'c', '3'] },
    );
    expect([requestHeaders.getAll('b'), requestHeaders.has('a'), requestHeaders.getAll('c')]).toEqual([['1', '2'], false, ['3']]);
  });

  it('never touch Host but to replace the one of the upstream', async () => {
    const untouched = await transform({
      remove: { headers: ['host'] },
      rename: { headers: ['Host:X-Host'] },
      add: { headers: ['Host:x'] },
    });
    expect([untouched.requestHeaders.toObject(), untouched.upstreamHost]).toEqual([{ host: 'gateway.test' }, 'upstream.test']);
    expect((await transform({ replace: { headers: ['Host:$(headers.x_to)'] } }, { headers: ['X-To', 'other.test:81'] })).upstreamHost).toBe(
      'other.test:81',
    );
    expect((await transform({ append: { headers: ['host:other.test'] } })).upstreamHost).toBe('other.test');
    expect((await transform({ replace: { headers: ['Host:$(query_params.h)'] } }, { url: 'http://g.test/?h=a%20b' })).upstreamHost).toBe(
      'upstream.test',
    );
  });

  it('take values from the request as it came', async () => {
    const config = {
      remove: { headers: ['X-A'], querystring: ['q'] },
      add: { headers: ['X-Copy:<$(headers.x_a)> $(query_params.q) $(uri_captures.id) $(shared.tenant) $(headers.none or "-")'] },
    };
    const exchange = createTestExchange({ url: 'http://g.test/?q=%c3%a9', headers: ['X-A', 'a'], uriCaptures: { id: '7' } });
    exchange.state.set('tenant', 'acme');
    await createTestPlugin(definition, config).handler.access!(exchange);
    expect(exchange.requestHeaders.get('x-copy')).toBe('<a> \xc3\xa9 7 acme -');
  });

  it('cannot be broken out of by a client', async () => {
    const { requestHeaders } = await transform(
      { add: { headers: ['X-Q:$(query_params.q)'] } },
      { url: 'http://g.test/?q=a%0d%0aX-Evil:%201%00' },
    );
    expect(requestHeaders.toObject()).toEqual({ host: 'g.test', 'x-q': 'a%0D%0AX-Evil: 1%00' });
  });

  it('are written in UTF-8', async () => {
    expect((await transform({ add: { headers: ['X-Name:zoë'] } })).requestHeaders.get('x-name')).toBe('zo\xc3\xab');
  });
});

describe('query', () => {
  it("is edited in Kong's order, and what is not edited keeps its bytes", async () => {
    const config = {
      remove: { querystring: ['gone'] },
      rename: { querystring: ['old:new'] },
      replace: { querystring: ['new:replaced', 'absent:never', 'flag:set'] },
      add: { querystring: ['added:a b', 'kept:never'] },
      append: { querystring: ['kept:$(query_params.gone)'] },
    };
    const exchange = await transform(config, { url: 'http://g.test/?kept=%7e+&gone=1&old=2&old=3&gone=4&flag&z=%zz' });
    expect(exchange.upstreamQuery).toBe('kept=%7e+&new=replaced&flag=set&z=%zz&added=a%20b&kept=1');
    expect(exchange.rawQuery).toContain('gone=1');
  });
});

describe('path and method', () => {
  it('are replaced', async () => {
    const exchange = await transform(
      { http_method: 'PUT', replace: { uri: '/v2/$(uri_captures[1])/$(query_params.q or "é")?x' } },
      { url: 'http://g.test/users/7?a=1', uriCaptures: { '1': '7' } },
    );
    expect([exchange.upstreamMethod, exchange.upstreamPath, exchange.upstreamQuery]).toEqual(['PUT', '/v2/7/%C3%A9%3Fx', 'a=1']);
    expect((await transform({ replace: { uri: 'x' } })).upstreamPath).toBe('/x');
    expect((await transform({ replace: { uri: '$(query_params.none)' } }, { url: 'http://g.test/stays' })).upstreamPath).toBe('/stays');
  });

  it('move a form into the query for methods without body', async () => {
    const form: TestRequest = {
      method: 'POST',
      url: 'http://g.test/?a=0',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: 'a=1&b=x+y&flag',
    };
    expect((await transform({ http_method: 'GET', append: { querystring: ['c:1'] } }, form)).upstreamQuery).toBe(
      'a=0&a=1&b=x%20y&flag&c=1',
    );
    expect((await transform({ http_method: 'DELETE' }, form)).upstreamQuery).toBe('a=0');
    const json = { ...form, headers: ['Content-Type', 'application/json'] };
    const exchange = await transform({ http_method: 'GET' }, json);
    expect([exchange.upstreamQuery, exchange.bodyReads]).toEqual(['a=0', 0]);
  });
});

describe('body', () => {
  const EDITS = {
    remove: { body: ['gone'] },
    rename: { body: ['old:new'] },
    replace: { body: ['new:replaced', 'absent:never'] },
    add: { body: ['added:é', 'kept:never'] },
    append: { body: ['kept:more'] },
  };
  const post = (type: string, body: string | Uint8Array): TestRequest => ({ method: 'POST', headers: ['Content-Type', type], body });
  const part = (name: string, value: string): string => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const MULTIPART = 'multipart/form-data; boundary=b';

  it.each([
    ['application/json', '{"kept":"k","gone":1,"old":2,"n":1.0}', '{"kept":["k","more"],"n":1.0,"new":"replaced","added":"é"}'],
    ['application/json; charset=utf-8', '', '{"added":"é","kept":["never","more"]}'],
    ['application/json', '{"kept":false,"old":false}', '{"kept":["never","more"],"new":false,"added":"é"}'],
    ['application/x-www-form-urlencoded', 'kept=%7e&gone=1&old=2&z', 'kept=%7e&new=replaced&z&added=%C3%A9&kept=more'],
    ['application/x-www-form-urlencoded', '', 'added=%C3%A9&kept=never&kept=more'],
    [
      MULTIPART,
      `${part('kept', '1')}${part('gone', '2')}${part('old', '3')}--b--\r\n`,
      `${part('kept', '1')}${part('new', 'replaced')}${part('added', 'é')}--b--\r\n`,
    ],
    [MULTIPART, '', `${part('added', 'é')}${part('kept', 'never')}--b--\r\n`],
  ])('of %s is edited %#', async (type, before, after) => {
    const exchange = await transform(EDITS, post(type, before));
    expect(bodyOf(exchange)).toBe(after);
    expect(exchange.requestHeaders.get('content-length')).toBe(String(Buffer.byteLength(after)));
  });

  it.each([
    ['application/json', '{"a":'],
    ['application/json', '[1]'],
    ['application/json', new Uint8Array([0x7b, 0xff, 0x7d])],
    [MULTIPART, '--b\r\ncut off'],
    ['text/plain', 'a=1'],
  ])('that is no %s stays as it is %#', async (type, body) => {
    const exchange = await transform(EDITS, post(type, body));
    expect(exchange.requestBody).toEqual(typeof body === 'string' ? new TextEncoder().encode(body) : body);
    expect(exchange.requestHeaders.has('content-length')).toBe(false);
  });

  it('is not written when nothing applied', async () => {
    for (const [type, body] of [
      ['application/json', '{ "a" : 1 }'],
      ['application/x-www-form-urlencoded', 'a=%41'],
      [MULTIPART, `${part('a', '1')}--b--`],
    ]) {
      const exchange = await transform(
        { remove: { body: ['b'] }, rename: { body: ['c:d'] }, replace: { body: ['e:f'] } },
        post(type!, body!),
      );
      expect([bodyOf(exchange), exchange.requestHeaders.has('content-length')]).toEqual([body, false]);
    }
  });

  it('is not read when nothing concerns it', async () => {
    const exchange = createTestExchange(post('application/json', '{}'));
    expect(createTestPlugin(definition, { add: { headers: ['X-A:1'] } }).handler.access!(exchange)).toBeUndefined();
    expect(exchange.bodyReads).toBe(0);
  });

  it('takes values from the request', async () => {
    const request = { ...post('application/json', '{}'), url: 'http://g.test/?q=%c3%a9"' };
    expect(bodyOf(await transform({ add: { body: ['q:$(query_params.q)'] } }, request))).toBe('{"q":"é\\""}');
  });

  it('that is too large stays as it is, with a warning', async () => {
    const services = new TestServices();
    const exchange = createTestExchange(post('application/json', `{"a":"${'x'.repeat(8_388_608)}"}`));
    await createTestPlugin(definition, EDITS, { services }).handler.access!(exchange);
    expect(exchange.requestBody.byteLength).toBe(8_388_616);
    expect(services.lines).toMatchObject([{ level: 'warn', message: 'body too large to transform, left as it is' }]);
  });
});
