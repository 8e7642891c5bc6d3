import type { Service } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { IMPLICIT_PORT } from './names.ts';
import { resolveServicePort } from './service-port.ts';

function service(spec: Service['spec']): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'cart' }, ...(spec !== undefined && { spec }) };
}

const HTTP = { name: 'http', port: 80, targetPort: 'web' };
const ADMIN = { name: 'admin', port: 8001 };

describe('resolveServicePort', () => {
  it.each([
    ['80', HTTP],
    ['http', HTTP],
    ['web', HTTP],
    ['8001', ADMIN],
  ])('finds %s', (text, port) => {
    expect(resolveServicePort(service({ ports: [HTTP, ADMIN] }), text)).toEqual({ ok: true, number: port.port, port });
  });

  it('finds the only port where none is named', () => {
    expect(resolveServicePort(service({ ports: [HTTP] }), IMPLICIT_PORT)).toEqual({ ok: true, number: 80, port: HTTP });
  });

  it('takes any number of an ExternalName', () => {
    expect(resolveServicePort(service({ type: 'ExternalName', externalName: 'a.test' }), '8443')).toEqual({
      ok: true,
      number: 8443,
      port: null,
    });
  });

  it.each([
    [service({ ports: [HTTP, ADMIN] }), '81', 'no suitable port found; the Service has 80 (http), 8001 (admin)'],
    [service({ ports: [{ port: 80 }] }), 'http', 'no suitable port found; the Service has 80'],
    [service(undefined), '80', 'no suitable port found; the Service has no ports'],
    [service({ ports: [HTTP, ADMIN] }), IMPLICIT_PORT, 'in implicit mode, service must have exactly 1 port, has 2'],
    [service({ type: 'ExternalName', externalName: 'a.test' }), 'http', 'rules with an ExternalName service must specify numeric ports'],
  ])('says why there is none: %#', (object, text, problem) => {
    expect(resolveServicePort(object, text)).toEqual({ ok: false, problem });
  });
});
