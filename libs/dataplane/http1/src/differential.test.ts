import { METHODS } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock, TimerWheel } from '@gibbon/time';
import { ClientConnection } from './client-connection.ts';
import type { ClientFailure, ResponseHandler } from './response-handler.ts';
import { ResponseHead } from './response-head.ts';
import { hostileRequests, hostileResponse } from './testing/hostile-messages.ts';
import { MemoryTransport } from './testing/memory-connection.ts';
import { nodeRequests, nodeResponse } from './testing/node-oracle.ts';
import { RecordingServer } from './testing/recording-server.ts';

const RUNS = Number(process.env['GIBBON_FUZZ_RUNS'] ?? 1500);

interface Understood {
  readonly requests: readonly (readonly [method: string, target: string, body: string])[];
  readonly refused: boolean;
  /** Delivered when the last of them was complete. */
  readonly bytes: number;
}

function ourRequests(text: string, pieceLength: number): Understood {
  const server = new RecordingServer({ auto: true });
  let bytes = 0;
  let complete: Understood['requests'] = [];
  for (let at = 0; at < text.length; at += pieceLength) {
    server.peer.deliver(text.slice(at, at + pieceLength));
    const now = server.requests.filter((request) => request.complete);
    if (now.length === complete.length) continue;
    complete = now.map(({ method, target, body }) => [method, target, body]);
    bytes = Math.min(text.length, at + pieceLength);
  }
  server.wheel.dispose();
  return { requests: complete, refused: server.refused !== null, bytes };
}

interface Answer {
  status: number;
  body: string;
  complete: boolean;
  failure: ClientFailure | null;
  /** Delivered when it was complete. */
  bytes: number;
}

function ourResponse(text: string, method: string, pieceLength: number): Answer {
  const transport = new MemoryTransport();
  const response = new ResponseHead();
  const answer: Answer = { status: 0, body: '', complete: false, failure: null, bytes: 0 };
  const connection = new ClientConnection(new TimerWheel(new FakeClock()), { onIdle: () => undefined, onGone: () => undefined });
  connection.connect(transport, { host: '192.0.2.1', port: 80, tls: null, timeoutMs: 1000 });
  const handler: ResponseHandler = {
    onConnected: () => {
      connection.sendHead(`${method} / HTTP/1.1\r\n\r\n`, method, false, false);
      connection.sendEnd('');
    },
    onResponse: (whole) => {
      answer.status = response.status;
      if (whole === null) return;
      answer.body = whole;
      answer.complete = true;
    },
    onBodyData: (bytes, start, end) => void (answer.body += bytes.toString('latin1', start, end)),
    onResponseEnd: () => void (answer.complete = true),
    onResponseFlush: () => undefined,
    onServerWritable: () => undefined,
    onFailure: (failure) => void (answer.failure = failure),
    onUpgrade: () => undefined,
    onServerTunnelData: () => undefined,
    onServerTunnelEnd: () => undefined,
    onServerTunnelClosed: () => undefined,
  };
  connection.begin(handler, response, { readMs: 1000, writeMs: 1000 });
  const [peer] = transport.connections;
  connection.onConnect();
  for (let at = 0; at < text.length && !answer.complete && answer.failure === null; at += pieceLength) {
    peer?.deliver(text.slice(at, at + pieceLength));
    answer.bytes = Math.min(text.length, at + pieceLength);
  }
  peer?.finish();
  return answer;
}

describe('requests', () => {
  test('never accepts framing that Node refuses, and never reads another message into the same bytes', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(hostileRequests, async (text) => {
        const ours = ourRequests(text, 1);
        // Node refuses methods that it does not know; we take any in upper case.
        if (ours.requests.length === 0 || ours.requests.some(([method]) => !METHODS.includes(method))) return;
        accepted++;
        // What follows is another matter: Node drops a good request when a bad one came with it.
        const node = await nodeRequests(text.slice(0, ours.bytes));
        const theirs = node.messages.map(({ method, target, body }) => [method, target, body]);
        expect(ours.requests, `Node: ${node.error}`).toEqual(theirs);
      }),
      { numRuns: RUNS },
    );
    // Proves nothing unless enough of the messages are good.
    expect(accepted).toBeGreaterThan(RUNS / 5);
  }, 120_000);

  test('understands the same however the bytes are cut', () => {
    fc.assert(
      fc.property(hostileRequests, fc.integer({ min: 1, max: 30 }), (text, size) => {
        const whole = ourRequests(text, 65_536);
        const cut = ourRequests(text, size);
        expect(cut.requests).toEqual(whole.requests);
        // A refusal may come later when the head comes slowly, but never without reason.
        if (cut.refused) expect(whole.refused).toBe(true);
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});

describe('responses', () => {
  test('never accepts framing that Node refuses, and never reads another message into the same bytes', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(hostileResponse, fc.constantFrom('GET', 'HEAD'), async (text, method) => {
        const ours = ourResponse(text, method, 1);
        if (!ours.complete) return;
        accepted++;
        // What follows the response is another matter: Node reads on, we close.
        const node = await nodeResponse(text.slice(0, ours.bytes), method);
        const theirs = node.messages.map(({ status, body }) => ({ status, body }));
        expect([{ status: ours.status, body: ours.body }], `Node: ${node.error}`).toEqual(theirs);
      }),
      { numRuns: RUNS },
    );
    // Proves nothing unless enough of the messages are good.
    expect(accepted).toBeGreaterThan(RUNS / 5);
  }, 120_000);

  test('understands the same however the bytes are cut', () => {
    fc.assert(
      fc.property(hostileResponse, fc.integer({ min: 1, max: 30 }), fc.constantFrom('GET', 'HEAD'), (text, size, method) => {
        const { failure: whole, bytes: _all, ...expected } = ourResponse(text, method, 65_536);
        const { failure: cut, bytes: _read, ...actual } = ourResponse(text, method, size);
        expect({ ...actual, failed: cut !== null }).toEqual({ ...expected, failed: whole !== null });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
