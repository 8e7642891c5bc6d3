import { optional } from '@gibbon/contracts/module';
import { definePlugin, type PluginHandler } from '@gibbon/contracts/plugin';
import { CLOCK, HTTP_CLIENT } from '@gibbon/contracts/services';
import { describe, expect, it } from 'vitest';
import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  runPlugins,
  testConsumer,
  TestHeaders,
  TestScope,
  TestServices,
  validatePlugin,
} from './index.ts';
import { recordPaths, schemaProblems } from './schema-walk.ts';

const greeter = definePlugin({
  name: 'greeter',
  summary: 'Greets whoever asks.',
  priority: 7,
  version: '1.2.3',
  requires: { clock: CLOCK, http: optional(HTTP_CLIENT) },
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      to: { type: 'string', default: 'world', description: 'Whom to greet.' },
      style: {
        type: 'object',
        additionalProperties: false,
        description: 'How it is written.',
        properties: { loud: { type: 'boolean', default: false, description: 'Whether it shouts.' } },
      },
    },
  },
  check: (config: { readonly to: string }) => (config.to === 'nobody' ? [{ path: 'to', message: 'somebody must be greeted' }] : []),
  create: ({ config }): PluginHandler => ({ headerFilter: (exchange) => exchange.responseHeaders.set('X-Hello', config.to) }),
});

describePlugin({
  definition: greeter,
  configs: [{}, { to: 'you', style: { loud: true } }],
  invalid: [{ config: { to: 'nobody' }, problems: [{ path: 'to', message: 'somebody must be greeted' }] }],
});

describe('createTestPlugin', () => {
  it('checks the configuration by schema and by the plugin, and names every problem', () => {
    expect(validatePlugin(greeter, {})).toEqual({ ok: true, config: { to: 'world', style: { loud: false } } });
    expect(() => createTestPlugin(greeter, { to: 'nobody' })).toThrow('to: somebody must be greeted');
    expect(() => createTestPlugin(greeter, { to: 1, style: { loud: 2 } })).toThrow('to: expected a string\nstyle.loud: expected a boolean');
  });

  it('gives services, absent optional ones as null, and says which one is missing', () => {
    const services = new TestServices();
    expect(services.resolve(greeter.requires)).toEqual({ clock: services.clock, http: null });
    expect(() => services.resolve({ http: HTTP_CLIENT })).toThrow('gibbon/http-client@1');
  });
});

describe('schemaProblems', () => {
  it('finds what users would miss', () => {
    const schema = {
      type: 'object',
      properties: {
        silent: { type: 'string', default: 'x' },
        undecided: { type: 'string', description: 'Neither default nor required.' },
        open: { type: 'object', description: 'Takes unknown keys.', properties: {} },
        list: {
          type: 'array',
          default: [],
          description: 'Of records.',
          items: { type: 'object', additionalProperties: false, properties: { a: { default: 1 } } },
        },
      },
    };
    expect(schemaProblems(schema)).toEqual([
      'config: unknown keys are not refused',
      'config.silent: no description',
      'config.undecided: neither a default nor required',
      'config.open: unknown keys are not refused',
      'config.list[].a: no description',
    ]);
    expect(recordPaths(schema)).toEqual([[], ['open']]);
  });
});

describe('runPlugins', () => {
  const recorder = (name: string, calls: string[], more: PluginHandler = {}): PluginHandler => ({
    access: (exchange) => {
      calls.push(`${name} access`);
      return more.access?.(exchange);
    },
    headerFilter: () => void calls.push(`${name} header`),
    bodyFilter: (_, chunk, last) => {
      calls.push(`${name} body ${chunk.byteLength} ${last}`);
      return chunk;
    },
    log: () => void calls.push(`${name} log`),
  });

  it('runs phase after phase, each in order', async () => {
    const calls: string[] = [];
    const outcome = await runPlugins([recorder('a', calls), recorder('b', calls)], createTestExchange(), { chunks: ['one', 'four'] });
    expect(outcome).toEqual({ status: 200, headers: {}, body: 'onefour', proxied: true });
    expect(calls).toEqual([
      'a access',
      'b access',
      'a header',
      'b header',
      'a body 3 false',
      'b body 3 false',
      'a body 4 false',
      'b body 4 false',
      'a body 0 true',
      'b body 0 true',
      'a log',
      'b log',
    ]);
  });

  it('stops at an answer, and lets everybody see it', async () => {
    const calls: string[] = [];
    const refusing = recorder('a', calls, { access: (exchange) => exchange.exit(418, { tea: true }, ['X-Pot', '1']) });
    const outcome = await runPlugins([refusing, recorder('b', calls)], createTestExchange());
    expect(outcome).toEqual({
      status: 418,
      headers: { 'content-length': '12', 'content-type': 'application/json; charset=utf-8', 'x-pot': '1' },
      body: '{"tea":true}',
      proxied: false,
    });
    expect(calls).toEqual([
      'a access',
      'a header',
      'b header',
      'a body 12 false',
      'b body 12 false',
      'a body 0 true',
      'b body 0 true',
      'a log',
      'b log',
    ]);
  });

  it('overwrites the memory of a piece after it was filtered, as the proxy does', async () => {
    const kept: Uint8Array[] = [];
    const keeper: PluginHandler = { bodyFilter: (_, chunk) => (kept.push(chunk), chunk) };
    expect((await runPlugins([keeper], createTestExchange())).body).toBe('ok');
    expect(Buffer.from(kept[0]!).toString()).toBe('XX');
  });
});

describe('createTestExchange', () => {
  it('takes a URL apart as it is written', () => {
    const exchange = createTestExchange({
      url: 'https://API.test:8443/a%20b/../c?x=%7e&y',
      headers: ['host', 'other'],
      consumer: testConsumer(),
    });
    expect(exchange).toMatchObject({
      scheme: 'https',
      host: 'api.test',
      port: 8443,
      rawPath: '/a%20b/../c',
      rawQuery: 'x=%7e&y',
      sni: 'api.test',
    });
    expect(exchange.requestHeaders.toList()).toEqual(['host', 'other']);
  });

  it('reads and replaces bodies', async () => {
    const exchange = createTestExchange({ body: 'four', headers: ['Transfer-Encoding', 'chunked'] });
    expect(await exchange.readBody(3)).toBeNull();
    expect(Buffer.from((await exchange.readBody(4))!).toString()).toBe('four');
    exchange.setRequestBody('é');
    expect(exchange.requestHeaders.toObject()).toEqual({ host: 'gateway.test', 'content-length': '2' });
  });
});

describe('TestHeaders', () => {
  it('is as strict as the proxy', () => {
    const headers = new TestHeaders(['A', '1', 'a', '2']);
    for (const [name, value] of [
      ['a b', 'x'],
      ['', 'x'],
      ['a', 'x\r\ny'],
      ['a', ' x'],
      ['a', '\u0100'],
    ] as const) {
      expect(() => headers.add(name, value), JSON.stringify([name, value])).toThrow(TypeError);
    }
    expect(() => headers.get('A')).toThrow("look-ups take names in lower case, got 'A'");
    expect([headers.get('a'), headers.getAll('a'), headers.has('b')]).toEqual(['1', ['1', '2'], false]);
    headers.set('a', '3');
    expect(headers.toList()).toEqual(['a', '3']);
  });
});

it('a scope releases in reverse order', async () => {
  const released: string[] = [];
  const scope = new TestScope();
  scope.own(() => void released.push('first'));
  scope.child('inner').own({ dispose: () => void released.push('second') });
  await scope.dispose();
  expect([released, scope.size, scope.signal.aborted]).toEqual([['second', 'first'], 0, true]);
});
