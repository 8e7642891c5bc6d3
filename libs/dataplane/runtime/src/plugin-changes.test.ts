import { describe, expect, test } from 'vitest';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import { get, parseResponse, sendRaw, TestUpstream } from './testing/gateway.ts';
import { ask, closeAfterEach, own, run } from './testing/plugin-gateway.ts';
import { httpUpstream } from './testing/upstream.ts';

closeAfterEach();

describe('changes to the request', () => {
  test('fields, method, path, query, host', async () => {
    const { gateway, upstream } = await run([
      {
        access: (exchange) => {
          exchange.requestHeaders.set('X-Set', 'set');
          exchange.requestHeaders.add('Accept', 'second');
          exchange.requestHeaders.remove('x-remove');
          exchange.upstreamMethod = 'PUT';
          exchange.upstreamPath = '/other path';
          exchange.upstreamQuery = 'q=1';
          exchange.upstreamHost = 'chosen.example';
        },
      },
    ]);
    await ask(gateway, get('/', 'Accept: first', 'X-Remove: 1'));
    expect(upstream.seen[0]).toMatchObject({
      method: 'PUT',
      url: '/other%20path?q=1',
      headers: { 'x-set': 'set', accept: 'first, second', host: 'chosen.example' },
    });
    expect(upstream.seen[0]?.headers['x-remove']).toBeUndefined();
  });

  test('another target: an upstream by name, or an address', async () => {
    const other = own(await httpUpstream((response) => response.end('other')));
    const balanced = new TestUpstream([other.port]);
    const { gateway } = await run(
      [
        {
          access: (exchange) =>
            exchange.rawPath === '/named' ? exchange.setTarget('pool', 1) : exchange.setTarget('127.0.0.1', other.port),
        },
      ],
      {},
      { upstreams: { pool: balanced } },
    );
    expect((await ask(gateway, get('/named'))).body).toContain('other');
    expect((await ask(gateway, get('/direct'))).body).toContain('other');
    expect(balanced.reports.length).toBe(1);
  });

  test.each([
    ['a string', 'n\u00e9w', 'n\xc3\xa9w'],
    ['bytes', Buffer.from('bytes'), 'bytes'],
  ])('another body: %s', async (_name, body, expected) => {
    const { gateway, upstream } = await run([{ access: (exchange) => exchange.setRequestBody(body) }]);
    for (const request of [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nold\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]) {
      expect((await ask(gateway, request)).status).toBe(200);
      expect(upstream.seen.at(-1)).toMatchObject({ body: expected, headers: { 'content-length': String(expected.length) } });
      expect(upstream.seen.at(-1)?.headers['transfer-encoding']).toBeUndefined();
    }
  });
});

describe('reading the body', () => {
  const sizes: number[] = [];
  const reader = (limit: number): PluginHandler => ({
    access: async (exchange) => {
      const body = await exchange.readBody(limit);
      exchange.requestHeaders.set('X-Read', body === null ? 'too large' : Buffer.from(body).toString('latin1').slice(0, 10));
      sizes.push(body?.length ?? -1);
    },
  });
  const chunked = (body: string): string =>
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const sized = (body: string): string =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

  test.each([
    ['small', sized('hello'), 'hello', 'hello'],
    ['none', get('/'), '', ''],
    ['chunked', chunked('hello'), 'hello', 'hello'],
    ['large', sized('y'.repeat(300_000)), 'y'.repeat(10), 'y'.repeat(300_000)],
    ['large and chunked', chunked('z'.repeat(300_000)), 'z'.repeat(10), 'z'.repeat(300_000)],
  ])('%s: the plugin has it, the upstream gets it', async (_name, request, read, body) => {
    const { gateway, upstream } = await run([reader(400_000)]);
    expect((await ask(gateway, request)).status).toBe(200);
    expect(upstream.seen[0]?.headers['x-read'] ?? '').toBe(read);
    expect(upstream.seen[0]?.body).toBe(body);
  });

  test.each([
    ['announced', sized('y'.repeat(300_000)), 'y'],
    ['not announced', chunked('z'.repeat(300_000)), 'z'],
  ])('larger than the limit, %s: nothing for the plugin, all for the upstream', async (_name, request, character) => {
    const { gateway, upstream } = await run([reader(1000)]);
    expect((await ask(gateway, request)).status).toBe(200);
    expect(upstream.seen[0]?.headers['x-read']).toBe('too large');
    expect(upstream.seen[0]?.body).toBe(character.repeat(300_000));
  });

  test('may happen twice', async () => {
    const { gateway, upstream } = await run([reader(100), reader(100)]);
    await ask(gateway, chunked('twice'));
    expect(upstream.seen[0]).toMatchObject({ body: 'twice', headers: { 'x-read': 'twice' } });
  });
});

describe('changes to the response', () => {
  test('fields and status; what was added early comes too', async () => {
    const { gateway } = await run([
      {
        access: (exchange) => exchange.responseHeaders.add('X-Early', 'e'),
        headerFilter: (exchange) => {
          exchange.responseHeaders.set('X-Upstream', 'changed');
          exchange.responseHeaders.remove('date');
          exchange.responseStatus = 202;
        },
      },
    ]);
    const text = await sendRaw(gateway.port, get('/'));
    expect(text.startsWith('HTTP/1.1 202 Accepted\r\n')).toBe(true);
    expect(parseResponse(text)).toMatchObject({
      body: 'upstream',
      headers: { 'x-early': 'e', 'x-upstream': 'changed', 'content-length': '8' },
    });
    expect(parseResponse(text).headers['date']).toBeUndefined();
  });

  test('the body, whole: the length follows', async () => {
    const { gateway } = await run([
      { bodyFilter: (_exchange, chunk, last) => (last ? Buffer.from('!') : Buffer.from(Buffer.from(chunk).toString().toUpperCase())) },
    ]);
    expect(await ask(gateway)).toMatchObject({ body: 'UPSTREAM!', headers: { 'content-length': '9' } });
  });

  test('the body, streamed: it becomes chunked', async () => {
    const upstream = own(await httpUpstream((response) => response.end('x'.repeat(100_000))));
    const { gateway } = await run([{ bodyFilter: (_exchange, chunk, last) => (last ? Buffer.from('END') : chunk) }], {
      port: upstream.port,
    });
    const response = await ask(gateway);
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect(response.headers['content-length']).toBeUndefined();
    const body = response.body.replace(/[0-9a-f]+\r\n|\r\n/g, '');
    expect(body.length).toBe(100_004 - 1);
    expect(response.body).toContain('3\r\nEND\r\n0\r\n\r\n');
  });

  test("the body of the gateway's own answers", async () => {
    const { gateway } = await run([
      {
        access: (exchange) => exchange.exit(200, 'mine'),
        bodyFilter: (_exchange, chunk, last) => (last ? chunk : Buffer.from(`<${Buffer.from(chunk).toString()}>`)),
      },
    ]);
    expect(await ask(gateway)).toMatchObject({ body: '<mine>', headers: { 'content-length': '6' } });
  });
});
