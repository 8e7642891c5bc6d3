import { describe, expect, test } from 'vitest';
import { cacheKey, controllerEntityId, controllerPluginId, entityId, isUuid } from '../index.ts';

describe('ids that Kong gives', () => {
  const u1 = '0e7a237a-6645-50cc-8e6d-514947af04b9';
  test.each([
    ['services', 's1', '356ebaf8-b7af-5cba-99a1-f392e34730ab'],
    ['consumers', 'bob', 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e'],
    ['routes', 'r1', '4726a05a-d550-537e-9fc3-a07c7a1188c7'],
    ['upstreams', 'u1', u1],
    ['targets', cacheKey('targets', [u1, '127.0.0.1:80']), 'c34064ec-7a8e-5d5e-9f91-3987b3950353'],
    ['plugins', cacheKey('plugins', ['rate-limiting', '', 's1', '']), '344f255d-b57e-500e-8382-8842c88dbcf2'],
    ['plugins', cacheKey('plugins', ['cors', '', '', '']), '48ee727e-8b90-5faa-bda1-a3c6bc3c9daa'],
    ['acls', cacheKey('acls', ['def4f7d3-9863-5ad2-8fa9-c949bf26f55e', 'g']), 'f363fae2-e46e-560c-8df0-6fb2e9cacfcb'],
    ['basicauth_credentials', cacheKey('basicauth_credentials', ['bob']), 'c32b532d-e1e7-5040-b7d6-c426e350866b'],
  ])('%s %s', (type, key, id) => {
    expect(entityId(type, key)).toBe(id);
  });
});

test("ids that Kong's ingress controller gives", () => {
  expect(controllerEntityId('services', 'foo-namespace.foo-svc.80')).toBe('fe1e2edc-5479-52fe-b0f4-b90d8d5f83ba');
  expect(controllerEntityId('services', 'default.web.80')).toBe('cf23f428-55b9-5029-8ac5-d38dd3bcef09');
  expect(controllerEntityId('services', 'default.web.80', 'default')).toBe('a9c4d606-e4b3-5c84-a237-8aeb9be9ca81');
  expect(controllerEntityId('routes', 'default.web.80')).toBe('5e86d8d1-2ebe-5c63-aad4-203453e3cfa1');
  expect(controllerEntityId('consumers', 'consumer')).toBe('7deb6e70-60be-5dd2-b374-06551479ea5e');
  expect(controllerPluginId('correlation-id', { route: 'default.httpbin.httpbin..80' })).toBe('61a22b86-f859-5c8a-a23c-97b92b14b635');
  const scopes = [{}, { service: 'a' }, { consumer: 'a' }, { service: 'a', consumer: 'b' }].map((scope) =>
    controllerPluginId('cors', scope),
  );
  expect(new Set(scopes).size).toBe(4);
});

test.each([
  ['356ebaf8-b7af-5cba-99a1-f392e34730ab', true],
  ['356EBAF8-B7AF-5CBA-99A1-F392E34730AB', true],
  ['356ebaf8b7af5cba99a1f392e34730ab', false],
  ['356ebaf8-b7af-5cba-99a1-f392e34730ag', false],
  ['', false],
])('%j has the shape of a UUID: %s', (text, shape) => {
  expect(isUuid(text)).toBe(shape);
});
