import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinedFields, PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();
const PREFLIGHT = ['Origin', 'https://app.test', 'Access-Control-Request-Method', 'PUT', 'Access-Control-Request-Headers', 'X-A'];

describe('cors on the wire', () => {
  let gateway: PluginGateway;
  beforeAll(async () => {
    const config = { origins: ['https://app.test', '.*\\.app\\.test'], credentials: true, exposed_headers: ['X-Total'], max_age: 60 };
    gateway = await PluginGateway.start({
      routes: [
        { name: 'api', paths: ['/api'], plugins: [{ name: 'cors', config }, { name: 'key-auth' }] },
        { name: 'passed', paths: ['/passed'], plugins: [{ name: 'cors', config: { ...config, preflight_continue: true } }] },
        { name: 'open', paths: ['/open'], plugins: [{ name: 'cors' }] },
      ],
    });
    gateway.upstream.respond(() => ({
      kind: 'answer',
      headers: ['Vary', 'Accept', 'Access-Control-Allow-Origin', 'https://upstream.test'],
      body: 'ok',
    }));
  });
  afterAll(async () => {
    await gateway.close();
    await handles.settled();
  });

  const fields = async (target: string, headers: readonly string[], method = 'GET') => {
    const { response, seen } = await gateway.ask({ method, target, headers });
    return { status: response.status, proxied: seen !== null, body: response.text, ...joinedFields(response.headers) };
  };

  it('answers preflights before authentication, without the upstream', async () => {
    expect(await fields('/api', PREFLIGHT, 'OPTIONS')).toMatchObject({
      status: 200,
      proxied: false,
      body: '',
      'content-length': '0',
      'access-control-allow-origin': 'https://app.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'X-A',
      'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT',
      'access-control-max-age': '60',
      vary: 'Origin',
    });
  });

  it('marks responses of upstreams and of other plugins', async () => {
    const marked = { 'access-control-allow-origin': 'https://x.app.test:8443', 'access-control-expose-headers': 'X-Total' };
    expect(await fields('/passed', ['Origin', 'https://x.app.test:8443'])).toMatchObject({
      status: 200,
      vary: 'Accept, Origin',
      ...marked,
    });
    expect(await fields('/api', ['Origin', 'https://x.app.test:8443'])).toMatchObject({ status: 401, vary: 'Origin', ...marked });
    expect(await fields('/open', [])).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  it('lets no other origin through, not even what the upstream allows', async () => {
    const refused = await fields('/passed', ['Origin', 'https://x.app.test.evil.test']);
    expect(refused).toMatchObject({ status: 200, vary: 'Accept, Origin' });
    expect(refused).not.toHaveProperty('access-control-allow-origin');
  });

  it('passes preflights on when told to', async () => {
    const passed = await fields('/passed', PREFLIGHT, 'OPTIONS');
    expect(passed).toMatchObject({ status: 200, proxied: true, 'access-control-allow-origin': 'https://upstream.test', vary: 'Accept' });
  });
});
