import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';

describe('AddressPool', () => {
  it('gives each owner an address of its own and keeps to it', () => {
    const pool = new AddressPool('10.20.0.0/16');
    expect(pool.allocate('a')).toBe('10.20.0.1');
    expect(pool.allocate('b')).toBe('10.20.0.2');
    expect(pool.allocate('a')).toBe('10.20.0.1');
    expect(pool.owners()).toEqual(['a', 'b']);
  });

  it('lets a released address rest until all others had their turn', () => {
    const pool = new AddressPool('10.0.0.0/29');
    const first = ['a', 'b', 'c', 'd', 'e'].map((owner) => pool.allocate(owner));
    expect(first).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']);
    pool.release('b');
    expect(pool.allocate('f')).toBe('10.0.0.6');
    expect(pool.allocate('g')).toBe('10.0.0.2');
    expect(pool.allocate('h')).toBeNull();
  });

  it('gives a wanted address to its first owner alone', () => {
    const pool = new AddressPool('10.20.0.0/24');
    expect(pool.allocate('a', '10.20.0.9')).toBe('10.20.0.9');
    expect(pool.allocate('b', '10.20.0.9')).toBeNull();
    expect(pool.allocate('a')).toBe('10.20.0.9');
    expect(pool.allocate('a', '10.20.0.7')).toBe('10.20.0.7');
    expect(pool.allocate('b', '10.20.0.9')).toBe('10.20.0.9');
  });

  it.each(['10.20.1.1', '10.20.0.0', '10.20.0.255', 'a.b.c.d', '', '10.20.0', '10.20.0.300'])(
    'does not give %s, which is not in the range',
    (wanted) => {
      const pool = new AddressPool('10.20.0.0/24');
      expect(pool.allocate('a', wanted)).toBeNull();
      expect(pool.owners()).toEqual([]);
    },
  );

  it.each(['10.0.0.0', '10.0.0.0/31', '10.0.0.0/x', '10.0.0.0/33', '/8', 'fd00::/64'])('refuses the range %s', (range) => {
    expect(() => new AddressPool(range)).toThrow(`not a range of IPv4 addresses: '${range}'`);
  });

  it('starts at the network of an address within it, and reaches the upper half of all addresses', () => {
    expect(new AddressPool('192.168.7.77/24').allocate('a')).toBe('192.168.7.1');
    expect(new AddressPool('255.255.255.0/24').allocate('a', '255.255.255.254')).toBe('255.255.255.254');
  });

  it('never gives one address to two owners, whatever happens', () => {
    const step = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      release: fc.boolean(),
      wanted: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = new AddressPool('10.0.0.0/29');
        const given = new Map<string, string>();
        for (const { owner, release, wanted } of steps) {
          if (release) {
            pool.release(owner);
            given.delete(owner);
            continue;
          }
          const address = pool.allocate(owner, wanted === undefined ? undefined : `10.0.0.${wanted}`);
          if (address !== null) given.set(owner, address);
          expect(new Set(given.values()).size).toBe(given.size);
          expect([...pool.owners()].sort()).toEqual([...given.keys()].sort());
        }
      }),
    );
  });
});
