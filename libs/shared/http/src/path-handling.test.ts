import { expect, test } from 'vitest';
import { joinPaths } from './path-handling.ts';
import { normalisePath } from './normalise-path.ts';

/** service path, route path ('' = matched by host), strip_path (null = either), request, v0, v1 (default: as v0). */
const CASES: readonly (readonly [string | null, string, boolean | null, string, string, string?])[] = [
  ['/', '/route', true, '/route', '/'],
  ['/', '/route', true, '/routereq', '/req'],
  ['/', '/route/', true, '/route/req', '/req'],
  [null, '/route', true, '/route/req', '/req'],
  [null, '/route', false, '/route/req', '/route/req'],
  [null, '', true, '/', '/'],
  ['/srv', '/rou', false, '/roureq', '/srv/roureq', '/srvroureq'],
  ['/srv', '/rou', true, '/roureq', '/srv/req', '/srvreq'],
  ['/srv/', '/rou', true, '/rou', '/srv', '/srv/'],
  ['/service', '/', null, '/', '/service'],
  ['/service', '/', null, '/route', '/service/route', '/serviceroute'],
  ['/service', '/route', true, '/route', '/service'],
  ['/service', '/route', true, '/route/', '/service/'],
  ['/service', '/route', true, '/routereq', '/service/req', '/servicereq'],
  ['/service', '/route/', true, '/route/', '/service/', '/service'],
  ['/service', '/route/', true, '/route/req', '/service/req', '/servicereq'],
  ['/service/', '/route', true, '/route', '/service', '/service/'],
  ['/service/', '/route', true, '/routereq', '/service/req'],
  ['/service/', '/route/', true, '/route/', '/service/'],
  ['/service', '', null, '/route/', '/service/route/', '/serviceroute/'],
  ['/service', '/route', true, '/route./req', '/service/req', '/servicereq'],
  ['/service', '/route', true, '/route%2E/req', '/service/req', '/servicereq'],
  ['/service', '/route', true, '/route../req', '/service/req', '/servicereq'],
  ['/service', '/route', true, '/route..', '/service', '/service'],
];

for (const [service, route, strip, request, v0, v1] of CASES) {
  for (const strip_path of strip === null ? [true, false] : [strip]) {
    test(`${service} + ${request} matched by ${route || 'host'}${strip_path ? ', stripped' : ''}`, () => {
      const path = normalisePath(request) ?? '';
      expect(joinPaths(service, path, route, { strip_path, path_handling: 'v0' })).toBe(v0);
      expect(joinPaths(service, path, route, { strip_path, path_handling: 'v1' })).toBe(v1 ?? v0);
    });
  }
}
