import { createConnection } from 'node:net';
import { once } from 'node:events';
import { TestServices } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, text, type Endpoint } from './endpoint.ts';
import { serveOperation, type OperationServer } from './operation-server.ts';

const ENDPOINTS: readonly Endpoint[] = [
  { path: '/healthz', answer: () => text(200, 'ok') },
  { path: '/objects/*', answer: ({ rest, query }) => json(200, { rest, full: query.get('full') }) },
  {
    path: '/broken',
    answer: () => {
      throw new Error('not thought of');
    },
  },
];

let services: TestServices;
let server: OperationServer;

beforeEach(async () => {
  services = new TestServices();
  server = await serveOperation({ host: '127.0.0.1', port: 0 }, ENDPOINTS, services.logger);
});

afterEach(() => server.dispose());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.address.port}${path}`, init);
}

describe('the server', () => {
  it('answers GET and HEAD and nothing else', async () => {
    const answer = await ask('/healthz?verbose');
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([200, 'ok\n', 'no-store']);
    const head = await ask('/healthz', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
    const post = await ask('/healthz', { method: 'POST', body: 'x'.repeat(100_000) });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('takes paths below an endpoint apart', async () => {
    const answer = await ask('/objects/Ingress/default/a%2Fb?full=1');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual({ rest: ['Ingress', 'default', 'a/b'], full: '1' });
    expect((await ask('/objects/%zz')).status).toBe(404);
    expect((await ask('/objects')).status).toBe(404);
  });

  it('says what there is where nothing is found', async () => {
    const answer = await ask('/');
    expect([answer.status, await answer.text()]).toEqual([404, 'not found; there are /healthz, /objects/*, /broken\n']);
  });

  it('survives an endpoint that throws, and says so in the log', async () => {
    const answer = await ask('/broken');
    expect([answer.status, await answer.text()]).toEqual([500, 'internal error, see the log\n']);
    expect(services.lines).toMatchObject([{ level: 'error', fields: { path: '/broken' } }]);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('does not answer web pages, only who opens it in a browser', async () => {
    expect((await ask('/healthz', { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(403);
    expect((await ask('/healthz', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });

  it('names an address that is taken', async () => {
    const { port } = server.address;
    await expect(serveOperation({ host: '127.0.0.1', port }, ENDPOINTS, services.logger)).rejects.toMatchObject({
      code: 'GW_DIAGNOSTICS_LISTEN',
      message: `cannot listen on 127.0.0.1:${port}: the address is in use`,
    });
  });

  it('ends connections that are idle or in the middle of a request', async () => {
    const socket = createConnection(server.address.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\n');
    // That it is reset is an error to the socket.
    const closed = new Promise<void>((resolve) => socket.on('error', () => {}).on('close', () => resolve()));
    await server.dispose();
    await closed;
  });
});
