import { gzipSync } from 'node:zlib';
import { textHash } from '@gibbon/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveAdminApi, type AdminServer } from './index.ts';
import { ask, testLog, TestNode, type Ask } from './node.test-support.ts';

let node: TestNode;
let server: AdminServer;
let errors: unknown[];

beforeEach(async () => {
  node = new TestNode();
  errors = [];
  server = await serveAdminApi({
    context: node,
    addresses: [{ host: '127.0.0.1', port: 0 }],
    log: testLog(errors),
    allowedOrigins: ['https://manager.example'],
  });
});
afterEach(() => server.dispose());

const DOCUMENT = { _format_version: '3.0', services: [{ name: 's', host: 'h.internal', routes: [{ name: 'r', paths: ['/r'] }] }] };

function json(value: unknown, extra: Record<string, string> = {}): Ask {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...extra }, body: JSON.stringify(value) };
}

describe('GET /', () => {
  test('tells what clients read', async () => {
    await ask(server, '/config', json({ ...DOCUMENT, plugins: [{ name: 'cors' }, { name: 'cors', service: 's' }] }));
    const answer = await ask(server, '/');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      tagline: 'Welcome to Gibbon',
      version: '3.9.1',
      edition: 'community',
      hostname: 'test-host',
      node_id: node.node.id,
      gibbon: { version: '0.1.0' },
      plugins: { available_on_server: { 'key-auth': { version: '3.9.1', priority: 1250 } }, enabled_in_cluster: ['cors'] },
      configuration: {
        database: 'off',
        role: 'traditional',
        router_flavor: 'traditional_compatible',
        proxy_listeners: [
          { ip: '127.0.0.1', port: 8000, ssl: false, http2: false, listener: '127.0.0.1:8000' },
          { ip: '::1', port: 8443, ssl: true, http2: true, listener: '[::1]:8443 ssl http2' },
        ],
        admin_listeners: [],
        status_listeners: [],
        stream_listeners: [],
      },
      pids: { master: 7, workers: [7] },
      timers: { running: 0, pending: 0 },
    });
  });
});

describe('GET /status', () => {
  test('tells connections, memory and the hash', async () => {
    expect((await ask(server, '/status')).json()).toEqual({
      server: {
        connections_active: 3,
        connections_reading: 0,
        connections_writing: 1,
        connections_waiting: 2,
        connections_accepted: 10,
        connections_handled: 10,
        total_requests: 42,
      },
      memory: {
        workers_lua_vms: [{ pid: 8, http_allocated_gc: '3.00 MiB' }],
        lua_shared_dicts: { counters: { capacity: '0.00 MiB', allocated_slabs: '0.00 MiB' } },
      },
      configuration_hash: '00000000000000000000000000000000',
    });
  });

  test('tells the digest of the content where that is known', async () => {
    expect((await ask(server, '/status')).json()).not.toHaveProperty('content_digest');
    node.serving = { ...node.serving, content: 'ab'.repeat(32) };
    expect((await ask(server, '/status')).json()).toMatchObject({ content_digest: 'ab'.repeat(32) });
  });

  test.each([
    ['unit=k&scale=1', '3072.0 KiB'],
    ['unit=b', 3145728],
    ['unit=G&scale=0', '0 GiB'],
  ])('takes %s', async (query, heap) => {
    expect((await ask(server, `/status?${query}`)).json().memory.workers_lua_vms[0].http_allocated_gc).toBe(heap);
  });

  test.each([
    ['unit=x', "invalid unit 'x' (expected 'k/K', 'm/M', or 'g/G')"],
    ['scale=-1', 'scale must be equal or greater than 0'],
    ['scale=a', 'scale must be a number'],
  ])('refuses %s', async (query, message) => {
    const answer = await ask(server, `/status?${query}`);
    expect([answer.status, answer.json()]).toEqual([400, { message }]);
  });
});

describe('POST /config', () => {
  test('puts a document into service and answers its entities by id', async () => {
    const answer = await ask(server, '/config?check_hash=1&flatten_errors=1', json(DOCUMENT));
    expect(answer.status).toBe(201);
    const body = answer.json();
    expect(Object.keys(body).sort()).toEqual(['routes', 'services']);
    const service = Object.values<any>(body.services)[0];
    expect(service).toMatchObject({ name: 's', host: 'h.internal', port: 80, retries: 5, path: null, created_at: 1_700_000_000 });
    expect(body.services[service.id]).toBe(service);
    expect(Object.values<any>(body.routes)[0].service).toEqual({ id: service.id });
  });

  test('answers 304 to the text that serves already', async () => {
    const first = await ask(server, '/config?check_hash=1', json(DOCUMENT));
    const hash = (await ask(server, '/status')).json().configuration_hash;
    const second = await ask(server, '/config?check_hash=1', json(DOCUMENT));
    expect([first.status, second.status, second.text]).toEqual([201, 304, '']);
    expect(hash).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect((await ask(server, '/config', json(DOCUMENT))).status).toBe(201);
  });

  const yaml = '_format_version: "3.0"\nservices:\n- name: y\n  url: http://y.internal\n';
  test.each<[string, Ask]>([
    ['YAML', { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: yaml }],
    ['YAML as text', { method: 'POST', headers: { 'content-type': 'text/yaml; charset=utf-8' }, body: yaml }],
    ['a field of JSON', json({ config: yaml })],
    [
      'a form',
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ config: yaml }).toString(),
      },
    ],
    [
      'a multipart form',
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: `--b\r\nContent-Disposition: form-data; name="config"\r\n\r\n${yaml}\r\n--b--\r\n`,
      },
    ],
  ])('takes %s', async (_name, what) => {
    const answer = await ask(server, '/config', what);
    expect([answer.status, node.serving.configuration.services[0]?.name]).toEqual([201, 'y']);
  });

  test.each<[string, Ask, number, string]>([
    ['nothing', { method: 'POST' }, 400, 'expected a declarative configuration'],
    ['an empty object', json({}), 400, 'expected a declarative configuration'],
    ['a list', json([]), 400, 'expected a declarative configuration'],
    [
      'a form without config',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      400,
      'expected a declarative configuration',
    ],
    ['broken JSON', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }, 400, 'Cannot parse JSON body'],
    ['a broken form', { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'x' }, 400, 'Cannot parse form body'],
    [
      'another type',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' },
      415,
      'Content-Type must be application/json, application/yaml, text/yaml, application/x-www-form-urlencoded or multipart/form-data',
    ],
    [
      'two types',
      {
        method: 'POST',
        headers: ['content-type', 'application/json', 'content-type', 'text/yaml', 'host', 'x', 'content-length', '2'],
        body: '{}',
      },
      400,
      'Multiple Content-Type headers not allowed',
    ],
  ])('refuses %s', async (_name, what, status, message) => {
    const answer = await ask(server, '/config', what);
    expect([answer.status, answer.json()]).toEqual([status, { message }]);
    expect(node.serving.configuration.services).toEqual([]);
  });

  test('keeps the configuration in service when a document is wrong, and names what is', async () => {
    await ask(server, '/config', json(DOCUMENT));
    const bad = {
      _format_version: '3.0',
      services: [{ name: 'b', host: 'h', protocol: 'tcp', path: '/x', tags: ['k8s-name:b'] }],
      bogus: 1,
    };
    const plain = await ask(server, '/config', json(bad));
    expect(plain.status).toBe(400);
    expect(plain.json()).toEqual({
      code: 14,
      name: 'invalid declarative configuration',
      message:
        'declarative config is invalid: {bogus="unknown field",services={{["@entity"]={"failed conditional validation given value of field \'protocol\'"},path="value must be null"}}}',
      fields: {
        bogus: 'unknown field',
        services: [{ path: 'value must be null', '@entity': ["failed conditional validation given value of field 'protocol'"] }],
      },
    });
    const flat = (await ask(server, '/config?flatten_errors=1', json(bad))).json();
    expect(flat.fields).toEqual({ bogus: 'unknown field' });
    expect(flat.flattened_errors).toEqual([
      {
        entity_type: 'service',
        entity_name: 'b',
        entity_tags: ['k8s-name:b'],
        entity: bad.services[0],
        errors: [
          { type: 'field', field: 'path', message: 'value must be null' },
          { type: 'entity', message: "failed conditional validation given value of field 'protocol'" },
        ],
      },
    ]);
    expect(node.serving.configuration.services[0]?.name).toBe('s');
  });

  test.each([
    [{ outcome: 'busy', retryAfterSeconds: 3 } as const, 429, 'Currently loading previous configuration'],
    [{ outcome: 'exiting' } as const, 503, 'Kong currently exiting'],
    [{ outcome: 'timeout' } as const, 504, 'Timed out while loading configuration'],
  ])('%j', async (refuse, status, message) => {
    node.refuse = refuse;
    const answer = await ask(server, '/config', json(DOCUMENT));
    expect([answer.status, answer.json(), answer.headers['retry-after']]).toEqual([status, { message }, status === 429 ? '3' : undefined]);
  });

  test('an endpoint that fails answers 500, is logged, and the API goes on', async () => {
    node.refuse = () => {
      throw new Error('boom');
    };
    const answer = await ask(server, '/config', json(DOCUMENT));
    expect([answer.status, answer.json(), errors.length]).toEqual([500, { message: 'An unexpected error occurred' }, 1]);
    expect((await ask(server, '/status')).status).toBe(200);
  });
});

describe('POST /config, Gibbon alone', () => {
  const faulty = {
    _format_version: '3.0',
    services: [
      { name: 'good', host: 'h' },
      { name: 'bad', host: 'h', port: -1, tags: ['k8s-name:bad'] },
    ],
  };

  test('serves the rest of a document when asked to leave out what is faulty, and says what', async () => {
    const answer = await ask(server, '/config?leave_out_invalid=1', json(faulty, { prefer: 'return=minimal' }));
    expect([answer.status, answer.headers['preference-applied']]).toEqual([201, 'return=minimal']);
    expect(answer.json()).toMatchObject({
      configuration_hash: (await ask(server, '/status')).json().configuration_hash,
      flattened_errors: [{ entity_type: 'service', entity_name: 'bad', entity_tags: ['k8s-name:bad'], errors: [{ field: 'port' }] }],
    });
    expect(node.serving.configuration.services.map(({ name }) => name)).toEqual(['good']);
    expect((await ask(server, '/config', json(faulty))).status).toBe(400);
  });

  test.each(['return=minimal', 'wait=10, return=minimal; foo', 'Return = "minimal"'])('knows %j', async (prefer) => {
    const answer = await ask(server, '/config', json(DOCUMENT, { prefer }));
    expect(Object.keys(answer.json())).toEqual(['configuration_hash']);
  });

  test('unpacks gzip, within the limit of bodies, and no other coding', async () => {
    const body = gzipSync(JSON.stringify(DOCUMENT));
    const send = (coding: string, bytes: Uint8Array, to = server) =>
      ask(to, '/config', { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': coding }, body: bytes });
    expect((await send('gzip', body)).status).toBe(201);
    expect((await send('br', body)).status).toBe(415);
    expect((await send('gzip', body.subarray(0, 20))).status).toBe(400);
    const small = await serveAdminApi({ context: node, addresses: [{ host: '127.0.0.1', port: 0 }], log: testLog(), maxBodyBytes: 1000 });
    expect((await send('gzip', gzipSync('x'.repeat(100_000)), small)).status).toBe(413);
    await small.dispose();
  });
});

describe('PATCH /config', () => {
  const patch = (value: unknown): Ask => ({
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  const hashNow = async (): Promise<string> => (await ask(server, '/status')).json().configuration_hash;
  const service = { id: '00000000-0000-4000-8000-000000000007', name: 'new', host: 'n.internal' };

  test('changes what serves, and answers the hash that follows', async () => {
    await ask(server, '/config', json(DOCUMENT));
    const body = { base_hash: await hashNow(), delta: { services: { upserted: [service], deleted: [] } } };
    const answer = await ask(server, '/config', patch(body));
    expect([answer.status, answer.json()]).toEqual([200, { configuration_hash: textHash(JSON.stringify(body)) }]);
    expect(await hashNow()).toBe(textHash(JSON.stringify(body)));
    expect(node.serving.configuration.services.map(({ name }) => name)).toEqual(['s', 'new']);
  });

  test('answers 412 with the hash that serves when the base is another', async () => {
    await ask(server, '/config', json(DOCUMENT));
    const answer = await ask(server, '/config', patch({ base_hash: '0'.repeat(32), delta: {} }));
    expect([answer.status, answer.json()]).toEqual([
      412,
      { message: 'another configuration serves than base_hash says', configuration_hash: await hashNow() },
    ]);
  });

  test('refuses the whole, or leaves out what is faulty', async () => {
    const body = {
      base_hash: await hashNow(),
      delta: { services: { upserted: [service, { ...service, id: '00000000-0000-4000-8000-000000000008', name: 'bad', port: -1 }] } },
    };
    const refused = await ask(server, '/config?flatten_errors=1', patch(body));
    expect([refused.status, refused.json().code, refused.json().flattened_errors]).toMatchObject([
      400,
      14,
      [{ entity_name: 'bad', errors: [{ field: 'port' }] }],
    ]);
    expect(node.serving.configuration.services).toEqual([]);
    const served = await ask(server, '/config?leave_out_invalid=1', patch(body));
    expect([served.status, served.json().flattened_errors]).toMatchObject([200, [{ entity_name: 'bad', errors: [{ field: 'port' }] }]]);
    expect(node.serving.configuration.services.map(({ name }) => name)).toEqual(['new']);
  });

  test.each<[unknown, string]>([
    [{ delta: {} }, 'base_hash: expected 32 hexadecimal digits'],
    [[], 'base_hash: expected 32 hexadecimal digits'],
    [{ base_hash: '0'.repeat(32) }, 'delta: required field missing'],
    [{ base_hash: '0'.repeat(32), delta: {}, deltas: {} }, 'deltas: unknown field'],
  ])('refuses %j', async (value, message) => {
    const answer = await ask(server, '/config', patch(value));
    expect([answer.status, answer.json()]).toEqual([400, { message }]);
  });

  test('takes JSON alone', async () => {
    const answers = [
      { ...patch({}), body: '{' },
      { ...patch({}), headers: { 'content-type': 'text/yaml' } },
    ];
    expect(await Promise.all(answers.map(async (what) => (await ask(server, '/config', what)).status))).toEqual([400, 415]);
  });
});

test('GET /config gives a document that can be posted again', async () => {
  await ask(server, '/config', json(DOCUMENT));
  const { config } = (await ask(server, '/config')).json();
  expect(config).toMatch(/^_format_version: "3.0"\n_transform: false\nservices:\n/);
  expect(config).toContain('client_certificate: null');
  const before = node.serving.configuration;
  expect((await ask(server, '/config', { method: 'POST', headers: { 'content-type': 'text/yaml' }, body: config })).status).toBe(201);
  expect(node.serving.configuration).toEqual(before);
});

describe('GET /upstreams/{upstream}/health', () => {
  const upstream = { name: 'up', targets: [{ target: 'a.internal' }, { target: '[::1]:81', weight: 7 }] };

  test('joins targets with what the node saw', async () => {
    await ask(server, '/config', json({ _format_version: '3.0', upstreams: [upstream] }));
    const [first] = node.serving.configuration.targets;
    const addresses = [
      { ip: '10.0.0.1', port: 8000, weight: 100, health: 'HEALTHY' as const },
      { ip: '10.0.0.2', port: 8000, weight: 100, health: 'UNHEALTHY' as const },
    ];
    node.health = { healthy: true, targets: [{ targetId: first?.id ?? '', health: 'HEALTHY', dns: 'A', addresses }] };
    const { data, next, node_id } = (await ask(server, '/upstreams/up/health')).json();
    expect([next, node_id]).toEqual([null, node.node.id]);
    expect(data[0]).toMatchObject({
      target: 'a.internal:8000',
      health: 'HEALTHY',
      data: {
        host: 'a.internal',
        port: 8000,
        dns: 'A',
        nodeWeight: 100,
        weight: { total: 200, available: 100, unavailable: 100 },
        addresses,
      },
    });
    expect(data[1]).toMatchObject({
      target: '[0000:0000:0000:0000:0000:0000:0000:0001]:81',
      weight: 7,
      health: 'HEALTHCHECKS_OFF',
      data: { dns: 'unknown', addresses: [], weight: { total: 0, available: 0, unavailable: 0 } },
    });
    const byId = await ask(server, `/upstreams/${node.serving.configuration.upstreams[0]?.id}/health?balancer_health=1`);
    expect(byId.json().data).toMatchObject({
      health: 'HEALTHY',
      balancer_health: 'HEALTHY',
      details: { healthy: true, weight: { total: 200, available: 100 } },
    });
    expect((await ask(server, '/upstreams/nope/health')).status).toBe(404);
  });
});

describe('any endpoint', () => {
  test.each([
    ['GET', '/nope', 404, 'Not found'],
    ['GET', '/upstreams/%zz/health', 404, 'Not found'],
    ['GET', '/__proto__', 404, 'Not found'],
    ['POST', '/', 405, 'Method not allowed'],
    ['DELETE', '/config', 405, 'Method not allowed'],
    ['GET', '/status/ready', 404, 'Not found'],
  ])('%s %s', async (method, path, status, message) => {
    const answer = await ask(server, path, { method });
    expect([answer.status, answer.json()]).toEqual([status, { message }]);
  });

  test('ignores a slash at the end', async () => {
    expect((await ask(server, '/status/')).status).toBe(200);
  });

  test('answers HEAD as GET without the body, and OPTIONS with the methods', async () => {
    const [get, head] = [await ask(server, '/plugins/enabled'), await ask(server, '/plugins/enabled', { method: 'HEAD' })];
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', get.headers['content-length']]);
    expect(get.json()).toEqual({ enabled_plugins: ['key-auth'] });
    const options = await ask(server, '/config', { method: 'OPTIONS', headers: { 'access-control-request-headers': 'x-a' } });
    expect([
      options.status,
      options.headers['allow'],
      options.headers['access-control-allow-methods'],
      options.headers['access-control-allow-headers'],
    ]).toEqual([204, 'GET, HEAD, OPTIONS, PATCH, POST', 'GET, HEAD, OPTIONS, PATCH, POST', 'x-a']);
  });

  test('has the common headers', async () => {
    const { headers } = await ask(server, '/');
    expect(headers).toMatchObject({
      server: 'gibbon/0.1.0',
      'content-type': 'application/json; charset=utf-8',
      'access-control-allow-origin': '*',
    });
    expect(headers['x-kong-admin-latency']).toMatch(/^\d+$/);
  });

  test('lists the endpoints', async () => {
    expect((await ask(server, '/endpoints')).json().data).toContain('/upstreams/{upstream}/health');
  });

  test('serves metrics only on a node that has them', async () => {
    const answer = await ask(server, '/metrics');
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, 'text/plain; charset=UTF-8', '# HELP kong_up 1\n']);
    node.text = null;
    expect((await ask(server, '/metrics')).status).toBe(404);
  });
});

describe('web pages', () => {
  test.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'http://rebound.example:8001', host: 'rebound.example:8001' },
  ])('of other origins change nothing: %j', async (headers) => {
    const answer = await ask(server, '/config', json(DOCUMENT, headers));
    expect([answer.status, node.serving.configuration.services]).toEqual([403, []]);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of allowed origins, and tools, do', async () => {
    const answer = await ask(server, '/config', json(DOCUMENT, { origin: 'https://manager.example' }));
    expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']]).toEqual([
      201,
      'https://manager.example',
      'true',
    ]);
  });
});
