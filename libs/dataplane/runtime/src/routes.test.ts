import { describe, expect, test } from 'vitest';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import { get, snapshotOf, startGateway } from './testing/gateway.ts';
import { ask, closeAfterEach, own, run } from './testing/plugin-gateway.ts';
import { httpUpstream } from './testing/upstream.ts';

closeAfterEach();

describe('routes', () => {
  test('for HTTPS alone: 426 with what to do', async () => {
    const { gateway, upstream } = await run([], { route: { protocols: ['https'] } });
    const response = await ask(gateway);
    expect(response.status).toBe(426);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'Please use HTTPS protocol' });
    expect(response.headers).toMatchObject({ upgrade: 'TLS/1.2, HTTP/1.1', connection: 'Upgrade, close' });
    expect(upstream.seen).toEqual([]);
  });

  test.each([301, 302, 307, 308] as const)('for HTTPS alone: %i', async (status) => {
    const { gateway } = await run([], { route: { protocols: ['https'], https_redirect_status_code: status } });
    expect(await ask(gateway)).toMatchObject({
      status,
      body: '',
      headers: { location: 'https://client.example/a?b=c', 'content-length': '0' },
    });
  });

  test('for HTTPS alone, behind a trusted proxy that did TLS: served', async () => {
    const { gateway } = await run([], { route: { protocols: ['https'] } }, {}, { trusted_ips: ['127.0.0.1'] });
    expect((await ask(gateway, get('/', 'X-Forwarded-Proto: https'))).status).toBe(200);
    expect((await ask(gateway)).status).toBe(426);
  });

  test.each([
    ['text/html', 415, 'Non-gRPC request matched gRPC route'],
    ['application/grpc+proto', 426, 'Please use HTTP2 protocol'],
  ])('for gRPC, asked over HTTP/1 with %s', async (type, status, message) => {
    const { gateway } = await run([], { route: { protocols: ['grpc'] } });
    const response = await ask(gateway, get('/', `Content-Type: ${type}`));
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toMatchObject({ message });
  });

  test('without a service: 503, unless a plugin answers', async () => {
    const plugin: PluginHandler = {
      access: (exchange) => {
        if (exchange.rawPath === '/answer') exchange.exit(200, 'answered');
      },
    };
    const { gateway } = await run([plugin], { service: null });
    expect((await ask(gateway, get('/answer'))).body).toBe('answered');
    const response = await ask(gateway);
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'no Service found with those values' });
  });

  test('name their entities to who may ask', async () => {
    const { gateway } = await run([], {}, {}, { allow_debug_header: true });
    expect((await ask(gateway, get('/', 'Kong-Debug: 1'))).headers).toMatchObject({
      'kong-route-id': 'route',
      'kong-route-name': 'test-route',
      'kong-service-id': 'service',
      'kong-service-name': 'test-service',
    });
    expect((await ask(gateway)).headers['kong-route-id']).toBeUndefined();
  });

  test('with captures', async () => {
    const { gateway } = await run([{ access: (exchange) => exchange.exit(200, exchange.uriCaptures) }], {
      captures: { 0: '/a', 1: 'a', name: 'a' },
    });
    expect(JSON.parse((await ask(gateway)).body)).toEqual({ 0: '/a', 1: 'a', name: 'a' });
  });
});

describe('names', () => {
  test('are resolved, also later; failure is 503', async () => {
    const upstream = own(await httpUpstream());
    const resolve = async (host: string): Promise<string> => {
      if (host === 'gone.example') throw new Error('NXDOMAIN');
      return '127.0.0.1';
    };
    const gateway = own(
      await startGateway({
        snapshot: snapshotOf({
          routes: [
            { prefix: '/gone', port: upstream.port, service: { host: 'gone.example' } },
            { port: upstream.port, service: { host: 'here.example', port: upstream.port } },
          ],
          resolve,
        }),
      }),
    );
    expect((await ask(gateway)).status).toBe(200);
    expect(upstream.seen[0]?.headers['host']).toBe(`here.example:${upstream.port}`);
    const response = await ask(gateway, get('/gone'));
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({ message: 'name resolution failed' });
  });
});
