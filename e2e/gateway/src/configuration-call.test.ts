import { createHash } from 'node:crypto';
import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, type Answer, GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

let upstream: FakeUpstream;
let proxy: GatewayProcess;

beforeEach(async () => {
  upstream = await startFakeUpstream();
  proxy = await GatewayProcess.serve('proxy', ['--workers', '2']);
});

afterEach(async () => {
  expect(await proxy.stop()).toBe(0);
  await upstream.close();
});

const service = (n: number) => ({ id: id(n), name: `s${n}`, host: '127.0.0.1', port: upstream.port });
const route = (n: number, path: string) => ({ id: id(100 + n), paths: [path], service: { id: id(n) } });

function send(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> {
  return ask({
    port: proxy.ports['admin'] ?? 0,
    method,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function hash(): Promise<string> {
  const { body } = await ask({ port: proxy.ports['admin'] ?? 0, path: '/status' });
  return (JSON.parse(body) as { configuration_hash: string }).configuration_hash;
}

/** Each request on a connection of its own, so that both workers answer some. */
async function statuses(path: string): Promise<Set<number>> {
  const port = await proxy.port('proxy');
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask({ port, path })));
  return new Set(answers.map(({ status }) => status));
}

describe('PATCH /config of a proxy', () => {
  test('is answered when every worker serves it, with the hash that anyone can tell', async () => {
    const whole = { _format_version: '3.0', services: [service(1)], routes: [route(1, '/one')] };
    expect((await send('POST', '/config', whole)).status).toBe(201);
    expect(await hash()).toBe(createHash('md5').update(JSON.stringify(whole)).digest('hex'));
    for (let n = 2; n < 12; n++) {
      const change = {
        base_hash: await hash(),
        delta: { services: { upserted: [service(n)] }, routes: { upserted: [route(n, `/n${n}`)], deleted: [id(100 + n - 1)] } },
      };
      const answer = await send('PATCH', '/config', change);
      const expected = createHash('md5').update(JSON.stringify(change)).digest('hex');
      expect([answer.status, JSON.parse(answer.body), await hash()]).toEqual([200, { configuration_hash: expected }, expected]);
      expect([await statuses(`/n${n}`), await statuses(`/n${n - 1}`)]).toEqual([new Set([200]), new Set([404])]);
    }
  });

  test('takes one of several changes of the same base', async () => {
    const base = await hash();
    const change = (n: number) => ({ base_hash: base, delta: { services: { upserted: [service(n)] } } });
    const answers = await Promise.all([1, 2, 3].map((n) => send('PATCH', '/config', change(n))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412]);
    const now = await hash();
    for (const { body } of answers) expect(JSON.parse(body)).toMatchObject({ configuration_hash: now });
  });

  test('refuses the whole unless faulty entities are to be left out', async () => {
    await send('POST', '/config', { _format_version: '3.0', services: [service(7)] });
    const plugin = { id: id(900), name: 'no-such-plugin', config: {} };
    const change = {
      base_hash: await hash(),
      delta: {
        services: { upserted: [service(1)] },
        routes: { upserted: [route(1, '/one'), route(9, '/nine')] },
        plugins: { upserted: [plugin] },
      },
    };
    const refused = await send('PATCH', '/config?flatten_errors=1', change);
    expect(refused.status).toBe(400);
    const entities = (body: string): string[] =>
      (JSON.parse(body) as { flattened_errors: { entity_id: string }[] }).flattened_errors.map((entry) => entry.entity_id);
    expect(new Set(entities(refused.body))).toEqual(new Set([id(900), id(109)]));
    expect(await statuses('/one')).toEqual(new Set([404]));
    const served = await send('PATCH', '/config?leave_out_invalid=1', change);
    expect([served.status, new Set(entities(served.body))]).toEqual([200, new Set([id(900), id(109)])]);
    expect(await statuses('/one')).toEqual(new Set([200]));
  });

  test('leaves a document with faulty entities to serve otherwise, and tells of them each time it is posted', async () => {
    const document = { _format_version: '3.0', services: [service(1), { ...service(2), port: -1 }], routes: [route(1, '/one')] };
    for (let times = 0; times < 2; times++) {
      const answer = await send('POST', '/config?check_hash=1&leave_out_invalid=1', document);
      expect(answer.status).toBe(201);
    }
    expect(await statuses('/one')).toEqual(new Set([200]));
    expect((await send('POST', '/config', document)).status).toBe(400);
  });
});
