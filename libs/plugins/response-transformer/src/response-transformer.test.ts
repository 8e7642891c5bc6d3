import { gzipSync } from 'node:zlib';
import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  runPlugins,
  type TestOutcome,
  type TestResponse,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [
    {},
    {
      remove: { json: ['a'], headers: ['X-A'] },
      rename: { json: ['b:c'], headers: ['X-B:X-C'] },
      replace: { json: ['c:1'], json_types: ['number'], headers: ['Server:x'] },
      add: { json: ['__proto__:1', 'd:true'], json_types: ['number', 'boolean'], headers: ['X-D:1'] },
      append: { json: ['d:2'], headers: ['X-D:2'] },
    },
  ],
  invalid: [
    {
      config: { add: { headers: ['x'], json_types: ['object'] }, rename: { json: [':x'] } },
      problems: [
        { path: 'rename.json.1', message: 'invalid value: :x' },
        { path: 'add.json_types.1', message: 'expected one of: boolean, number, string' },
        { path: 'add.headers.1', message: 'invalid value: x' },
      ],
    },
    {
      config: { rename: { headers: ['a:b c'] }, add: { headers: ['a b:x'], json: ['x:'] }, remove: { headers: ['a b'] } },
      problems: [
        { path: 'rename.headers.1', message: "'b c' is not a valid header" },
        { path: 'add.json.1', message: "key 'x' has no value" },
        { path: 'add.headers.1', message: "'a b' is not a valid header" },
        { path: 'remove.headers.1', message: "'a b' is not a valid header" },
      ],
    },
  ],
});

function respond(config: object, response: TestResponse): Promise<TestOutcome> {
  return createTestPlugin(definition, config).run({}, response);
}

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'];

describe('header fields', () => {
  it('are removed, renamed, replaced, added and appended in this order', async () => {
    const { headers } = await respond(
      {
        remove: { headers: ['X-Gone', 'X-Absent'] },
        rename: { headers: ['X-Old:X-New', 'X-Absent:X-Never', 'X-Same:x-same'] },
        replace: { headers: ['X-New:replaced', 'X-Absent:never'] },
        add: { headers: ['X-Gone:back:again', 'X-New:never'] },
        append: { headers: ['X-Gone:twice', 'X-Fresh:ü'] },
      },
      { headers: ['X-Gone', '1', 'x-old', '2', 'x-old', '3', 'X-Same', '4', 'X-New', 'was here'] },
    );
    expect(headers).toEqual({ 'x-same': '4', 'x-new': 'replaced', 'x-gone': 'back:again, twice', 'x-fresh': '\xc3\xbc' });
  });

  it('keep all values when renamed', async () => {
    const { headers } = await respond({ rename: { headers: ['a:B'] } }, { headers: ['A', '1', 'a', '2'] });
    expect(headers).toEqual({ b: '1, 2' });
  });

  it('of answers of the gateway are changed too', async () => {
    const refusing = { access: (exchange: { error(status: number): void }) => exchange.error(503) };
    const { handler } = createTestPlugin(definition, { add: { headers: ['X-A:1'] } });
    expect(await runPlugins([handler, refusing], createTestExchange())).toMatchObject({ status: 503, headers: { 'x-a': '1' } });
  });
});

describe('JSON', () => {
  it('is removed, renamed, replaced, added and appended in this order, at the top level', async () => {
    const { body, headers } = await respond(
      {
        remove: { json: ['gone', 'absent'] },
        rename: { json: ['old:new', 'absent:never'] },
        replace: { json: ['new:replaced', 'absent:never', 'off:never'] },
        add: { json: ['off:on', 'new:never', 'gone:back'] },
        append: { json: ['gone:twice', 'list:3', 'number:x', 'fresh:1'] },
      },
      {
        headers: [...JSON_TYPE, 'Content-Length', '99'],
        chunks: ['{"gone":1,"old":2,"off":false,"li', 'st":[1.0],"number":7,"deep":{"gone":1}}'],
      },
    );
    expect(body).toBe(
      '{"off":"on","list":[1,"3"],"number":["x"],"deep":{"gone":1},"new":"replaced","gone":["back","twice"],"fresh":["1"]}',
    );
    expect(headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
  });

  it('takes types by position', async () => {
    const config = {
      add: { json: ['n:1.50', 'b:true', 'f:yes', 's:7', 'x:abc', 't:9'], json_types: ['number', 'boolean', 'boolean', 'string', 'number'] },
    };
    expect((await respond(config, { headers: JSON_TYPE, chunks: ['{}'] })).body).toBe('{"n":1.5,"b":true,"f":false,"s":"7","t":"9"}');
  });

  it('has texts as Kong makes them', async () => {
    const config = { add: { json: ['q:say "hi"', 'o:{"a":1}', 'b:a\\b', 'l:a\nb', 'u:ü/'] } };
    const { body } = await respond(config, { headers: JSON_TYPE, chunks: ['{}'] });
    expect(JSON.parse(body)).toEqual({ q: 'say "hi"', o: '{"a":1}', b: 'a\\\\b', l: 'a\\nb', u: 'ü/' });
  });

  const ADD = { add: { json: ['a:1'] } };
  it.each([
    ['text', ['Content-Type', 'text/plain', 'Content-Length', '2'], '{}'],
    ['no type', [], '{}'],
    ['a type that only looks alike', ['Content-Type', 'application/json-seq'], '{}'],
  ])('streams %s through', async (_, headers, text) => {
    const { handler } = createTestPlugin(definition, ADD);
    const exchange = createTestExchange();
    exchange.responseStatus = 200;
    for (let index = 0; index < headers.length; index += 2) exchange.responseHeaders.set(headers[index]!, headers[index + 1]!);
    handler.headerFilter!(exchange);
    const chunk = Buffer.from(text);
    expect(handler.bodyFilter!(exchange, chunk, false)).toBe(chunk);
    expect(exchange.responseHeaders.toList()).toEqual(headers);
  });

  it.each(['[1]', 'null', '{"a":', '\uFEFF{}', ''])('leaves alone what is no object: %j', async (text) => {
    const plugin = createTestPlugin(definition, ADD);
    expect((await plugin.run({}, { headers: JSON_TYPE, chunks: [text] })).body).toBe(text);
    expect(plugin.services.lines.map(({ message }) => message)).toEqual(text === '' ? [] : ['body is not a JSON object, left as it is']);
  });

  it('leaves compressed bodies alone, with their length', async () => {
    const compressed = gzipSync('{}');
    const headers = [...JSON_TYPE, 'Content-Encoding', 'gzip', 'Content-Length', String(compressed.byteLength)];
    const outcome = await respond(ADD, { headers, chunks: [compressed] });
    expect(outcome.headers['content-length']).toBe(String(compressed.byteLength));
    expect(outcome.body).toBe(compressed.toString());
  });

  it('lets go of a body that is too large, whole', async () => {
    const plugin = createTestPlugin(definition, ADD);
    const chunk = `"${'x'.repeat(1_048_574)}"`;
    const { body } = await plugin.run({}, { headers: JSON_TYPE, chunks: Array.from({ length: 10 }, () => chunk) });
    expect(body).toBe(chunk.repeat(10));
    expect(plugin.services.lines).toMatchObject([{ level: 'warn', message: 'body too large to transform, left as it is' }]);
  });

  it('is changed by several instances in turn', async () => {
    const make = (json: string): ReturnType<typeof createTestPlugin> => createTestPlugin(definition, { append: { json: [json] } });
    const outcome = await runPlugins([make('a:1').handler, make('a:2').handler], createTestExchange(), {
      headers: JSON_TYPE,
      chunks: ['{', '}'],
    });
    expect(outcome.body).toBe('{"a":["1","2"]}');
  });

  it('does not ask for phases that have nothing to do', () => {
    expect(createTestPlugin(definition, {}).handler).toMatchObject({ headerFilter: undefined, bodyFilter: undefined });
    expect(createTestPlugin(definition, { add: { headers: ['a:1'] } }).handler.bodyFilter).toBeUndefined();
  });
});
