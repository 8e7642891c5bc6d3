import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { BROKEN, Prober, tally } from './prober.ts';

const REQUEST = { hostname: 'one.example.com', path: '/one' };

describe('Prober', () => {
  const handles = watchHandles();
  let server: Server;
  let prober: Prober;
  let connections = 0;

  /** Answers with one status after the other; 0 breaks the connection. */
  async function serve(...statuses: readonly number[]): Promise<IncomingMessage[]> {
    const seen: IncomingMessage[] = [];
    connections = 0;
    server = createServer((request, answer) => {
      const status = statuses[Math.min(seen.push(request), statuses.length) - 1] as number;
      if (status === 0) request.socket.destroy();
      else answer.writeHead(status).end('body');
    });
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    prober = new Prober({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    return seen;
  }

  afterEach(async () => {
    prober.close();
    await new Promise((resolve) => server.close(resolve));
  });
  afterAll(() => handles.settled());

  it('asks on one connection until there is a 200, and counts what is neither that nor 404', async () => {
    const seen = await serve(404, 500, 404, 503, 500, 200);
    const beforeMs = performance.now();
    const { atMs, errors } = await prober.until200(REQUEST, 1);
    expect(errors).toEqual({ 500: 2, 503: 1 });
    expect(atMs).toBeGreaterThan(beforeMs);
    expect([connections, seen.length]).toEqual([1, 6]);
    expect([seen[0]?.headers.host, seen[0]?.url, seen[0]?.method]).toEqual(['one.example.com', '/one', 'GET']);
  });

  it('counts a broken connection, and goes on with another', async () => {
    await serve(404, 0, 200);
    expect((await prober.until200(REQUEST, 1)).errors).toEqual({ [BROKEN]: 1 });
    expect(connections).toBe(2);
  });

  it('gives up in time, saying what the last answer was', async () => {
    await serve(404);
    await expect(prober.until200(REQUEST, 1, 20)).rejects.toThrow('one.example.com/one does not answer 200 within 20 ms: 404');
  });

  it('tells the status of a single request', async () => {
    await serve(204);
    expect(await prober.send({ ...REQUEST, method: 'HEAD' })).toBe(204);
  });
});

it('tallies', () => {
  const counts: Record<string, number> = {};
  tally(counts, 200);
  tally(counts, 200, 2);
  tally(counts, 404);
  expect(counts).toEqual({ 200: 3, 404: 1 });
});
