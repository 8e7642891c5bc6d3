import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();
const consumers = [{ username: 'alice', custom_id: 'a-1', keyauth_credentials: [{ key: 'alice-key' }] }, { username: 'guest' }];

describe('key-auth on the wire', () => {
  let gateway: PluginGateway;
  beforeAll(async () => {
    gateway = await PluginGateway.start({
      consumers,
      routes: [
        { name: 'plain', paths: ['/plain'], plugins: [{ name: 'key-auth', config: { realm: 'api' } }] },
        { name: 'hidden', paths: ['/hidden'], plugins: [{ name: 'key-auth', config: { hide_credentials: true, key_in_body: true } }] },
        { name: 'anonymous', paths: ['/anonymous'], plugins: [{ name: 'key-auth', config: { anonymous: 'guest' } }] },
      ],
    });
  });
  afterAll(async () => {
    await gateway.close();
    await handles.settled();
  });

  it('refuses without asking the upstream, in the format that the client wants', async () => {
    const json = await gateway.ask({ target: '/plain' });
    expect(json).toMatchObject({ seen: null, response: { status: 401 } });
    expect(json.response.header('www-authenticate')).toBe('Key realm="api"');
    const requestId = json.response.header('x-kong-request-id');
    expect(JSON.parse(json.response.text)).toEqual({ message: 'No API key found in request', request_id: requestId });
    const html = await gateway.ask({ target: '/plain', headers: ['Accept', 'text/html', 'apikey', 'wrong'] });
    expect(html.response.header('content-type')).toBe('text/html; charset=utf-8');
    expect(html.response.text).toContain('Unauthorized');
  });

  it('lets the right key through and tells the upstream whose it is', async () => {
    const { response, seen } = await gateway.ask({
      target: '/plain/x?a=1',
      headers: ['ApiKey', 'alice-key', 'X-Consumer-Username', 'mallory'],
    });
    expect(response.status).toBe(200);
    expect(seen).toMatchObject({ url: '/x?a=1' });
    expect(seen!.headers).toMatchObject({ apikey: 'alice-key', 'x-consumer-username': 'alice', 'x-consumer-custom-id': 'a-1' });
    expect(seen!.headers['x-credential-identifier']).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen!.headers).not.toHaveProperty('x-anonymous-consumer');
  });

  it('hides the key in fields, query and bodies, whose length follows', async () => {
    const query = await gateway.ask({ target: '/hidden?x=%7e&apikey=alice-key&y', headers: ['apikey', 'alice-key'] });
    expect(query.seen).toMatchObject({ url: '/?x=%7e&y' });
    expect(query.seen!.headers).not.toHaveProperty('apikey');
    const form = await gateway.ask({
      method: 'POST',
      target: '/hidden',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: 'a=1&apikey=alice-key',
    });
    expect(form.seen).toMatchObject({ body: 'a=1' });
    expect(form.seen!.headers['content-length']).toBe('3');
    const json = await gateway.ask({
      method: 'POST',
      target: '/hidden',
      headers: ['Content-Type', 'application/json'],
      body: '{"apikey":"alice-key","n":1.0}',
    });
    expect(json.seen).toMatchObject({ body: '{"n":1.0}' });
  });

  it('goes on as the anonymous consumer', async () => {
    const { response, seen } = await gateway.ask({
      target: '/anonymous',
      headers: ['apikey', 'wrong', 'X-Credential-Identifier', 'mallory'],
    });
    expect(response.status).toBe(200);
    expect(seen!.headers).toMatchObject({ 'x-consumer-username': 'guest', 'x-anonymous-consumer': 'true' });
    expect(seen!.headers).not.toHaveProperty('x-credential-identifier');
  });

  it('keeps the connection of a client that was refused', async () => {
    const client = await gateway.connect();
    expect(await gateway.status({ target: '/plain' }, client)).toBe(401);
    expect(await gateway.status({ target: '/plain', headers: ['apikey', 'alice-key'] }, client)).toBe(200);
    const large = { method: 'POST', target: '/plain', body: 'x'.repeat(200_000) };
    expect(await gateway.status(large, client)).toBe(401);
    expect(await gateway.status({ target: '/plain', headers: ['apikey', 'alice-key'] }, client)).toBe(200);
  });

  it('knows keys that come and go with the configuration', async () => {
    const routes = [{ name: 'plain', paths: ['/plain'], plugins: [{ name: 'key-auth' }] }];
    const gateway = await PluginGateway.start({ consumers, routes });
    const bob = { username: 'bob', keyauth_credentials: [{ key: 'bob-key' }] };
    expect(await gateway.status({ target: '/plain', headers: ['apikey', 'bob-key'] })).toBe(401);
    gateway.configure({ routes, consumers: [bob] });
    expect(await gateway.status({ target: '/plain', headers: ['apikey', 'bob-key'] })).toBe(200);
    expect(await gateway.status({ target: '/plain', headers: ['apikey', 'alice-key'] })).toBe(401);
    await gateway.close();
  });
});
