import { text } from 'node:stream/consumers';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeApiServer, type FakeApiServer, type Handler } from './fake-api-server.test-support.ts';

let server: FakeApiServer;
let handle: Handler;

beforeEach(async () => {
  server = await startFakeApiServer((request, response) => handle(request, response));
});

afterEach(() => server.close());

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

describe('ApiClient', () => {
  it('sends JSON as the administrator and reads JSON or text', async () => {
    handle = async (request, response) => {
      const body = await text(request);
      if (request.url === '/readyz') response.end('ok');
      else json(response, 200, { method: request.method, type: request.headers['content-type'] ?? null, body });
    };
    expect(await server.client.call('GET', '/readyz')).toEqual({ status: 200, body: 'ok' });
    expect(await server.client.mustCall('POST', '/x', { a: 1 })).toEqual({ method: 'POST', type: 'application/json', body: '{"a":1}' });
    expect(await server.client.mustCall('PATCH', '/x', { a: null }, 'application/merge-patch+json')).toMatchObject({
      type: 'application/merge-patch+json',
    });
    expect([...server.clients]).toEqual(['testbed-admin']);
  });

  it('takes any answer, or none but a good one', async () => {
    handle = (_, response) => json(response, 404, { reason: 'NotFound' });
    expect(await server.client.call('GET', '/x')).toEqual({ status: 404, body: { reason: 'NotFound' } });
    await expect(server.client.mustCall('GET', '/x')).rejects.toThrow('GET /x: 404 {"reason":"NotFound"}');
  });

  it('fails when the connection breaks', async () => {
    handle = () => server.breakConnections();
    await expect(server.client.call('GET', '/x')).rejects.toThrow();
  });

  it('reads the events of a watch wherever the chunks are cut', async () => {
    handle = (_, response) => {
      response.writeHead(200);
      response.write('{"type":"ADDED","object":{"n":1}}\n{"type":"MOD');
      response.end('IFIED","object":{"n":"é"}}\n{"type":"half');
    };
    const events = await Array.fromAsync(server.client.watch('/x?watch=1', AbortSignal.timeout(5000)));
    expect(events).toEqual([
      { type: 'ADDED', object: { n: 1 } },
      { type: 'MODIFIED', object: { n: 'é' } },
    ]);
  });

  it('ends a watch when told, and refuses one that the server refuses', async () => {
    handle = (request, response) => {
      if (request.url === '/gone') return json(response, 410, {});
      response.writeHead(200).write('{"type":"ADDED","object":1}\n');
    };
    const stop = new AbortController();
    await expect(
      (async () => {
        for await (const event of server.client.watch('/x', stop.signal)) if (event.type === 'ADDED') stop.abort();
      })(),
    ).rejects.toThrow();
    await expect(Array.fromAsync(server.client.watch('/gone', AbortSignal.timeout(5000)))).rejects.toThrow('watch of /gone: 410');
  });
});
