import { describe, expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';
import { LOAD_BALANCER_CLASS, wantedAddress, type Service } from './load-balancers.ts';

function service(name: string, spec: Service['spec'], ip?: string): Service {
  return { metadata: { name, namespace: 'x' }, spec, ...(ip === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip }] } } }) };
}

const balanced = { type: 'LoadBalancer' };

describe('wantedAddress', () => {
  it('gives a Service of type LoadBalancer an address once', () => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(wantedAddress(service('a', balanced), pool)).toBe('10.20.0.1');
    expect(wantedAddress(service('a', balanced, '10.20.0.1'), pool)).toBeUndefined();
    expect(wantedAddress(service('b', { ...balanced, loadBalancerClass: LOAD_BALANCER_CLASS }), pool)).toBe('10.20.0.2');
  });

  it.each(['ClusterIP', 'NodePort', undefined])('leaves type %s alone', (type) => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(wantedAddress(service('a', type === undefined ? {} : { type }), pool)).toBeUndefined();
    expect(pool.owners()).toEqual([]);
  });

  it('takes the address away when the type changes, and gives it to others', () => {
    const pool = new AddressPool('10.20.0.0/30');
    expect(wantedAddress(service('a', balanced), pool)).toBe('10.20.0.1');
    expect(wantedAddress(service('a', { type: 'ClusterIP' }, '10.20.0.1'), pool)).toBeNull();
    expect(pool.owners()).toEqual([]);
  });

  it('leaves Services of another class, and what was written there, to others', () => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(wantedAddress(service('a', { ...balanced, loadBalancerClass: 'example.com/x' }), pool)).toBeUndefined();
    expect(wantedAddress(service('a', { ...balanced, loadBalancerClass: 'example.com/x' }, '1.2.3.4'), pool)).toBeUndefined();
  });

  it('keeps what a Service shows after a restart, and gives a new one for an address that is not ours', () => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(wantedAddress(service('a', balanced, '10.20.0.40'), pool)).toBeUndefined();
    expect(wantedAddress(service('b', balanced, '10.20.0.40'), pool)).toBe('10.20.0.1');
    expect(wantedAddress(service('c', balanced, '192.0.2.1'), pool)).toBe('10.20.0.2');
  });

  it('gives the wanted address, or none: another one would be a surprise', () => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(wantedAddress(service('a', { ...balanced, loadBalancerIP: '10.20.5.5' }), pool)).toBe('10.20.5.5');
    expect(wantedAddress(service('b', { ...balanced, loadBalancerIP: '10.20.5.5' }), pool)).toBeUndefined();
    expect(wantedAddress(service('c', { ...balanced, loadBalancerIP: '192.0.2.1' }, '10.20.0.9'), pool)).toBeNull();
    expect(wantedAddress(service('d', { ...balanced, loadBalancerIP: '' }), pool)).toBe('10.20.0.1');
  });
});
