import type { Listener } from '@gibbon/contracts/entities';
import { describe, expect, test } from 'vitest';
import { covers, planSockets } from './socket-plan.ts';

const listener = (id: string, port: number, more: Partial<Listener> = {}): Listener => {
  const protocol = more.protocol ?? 'http';
  return {
    id,
    name: `${protocol}-${port}`,
    tags: null,
    created_at: null,
    updated_at: null,
    host: '0.0.0.0',
    port,
    protocol,
    ...more,
  } as Listener;
};
const nothingOpen = (): boolean => false;
const addresses = (plan: ReturnType<typeof planSockets>) => [...plan.wanted].map(([key, { owners }]) => [key, owners.map(({ id }) => id)]);

describe('planSockets', () => {
  test('wants one socket per address, for all that ask for it', () => {
    const plan = planSockets([listener('a', 80), listener('b', 80), listener('c', 443, { protocol: 'https' })], [], nothingOpen);
    expect(addresses(plan)).toEqual([
      ['0.0.0.0:80', ['a', 'b']],
      ['0.0.0.0:443', ['c']],
    ]);
    expect(plan.rejected).toEqual([]);
  });

  test('is content with a socket of the settings that takes the same connections', () => {
    const fixed = [
      { host: '0.0.0.0', port: 8000, ssl: false },
      { host: '127.0.0.1', port: 8001, ssl: false },
    ];
    const wanted = [
      listener('a', 8000),
      listener('b', 8000, { host: '10.0.0.1' }),
      listener('c', 8000, { host: '::' }),
      listener('d', 8001),
    ];
    expect(addresses(planSockets(wanted, fixed, nothingOpen))).toEqual([
      ['[::]:8000', ['c']],
      ['0.0.0.0:8001', ['d']],
    ]);
  });

  test('rejects what contradicts the settings', () => {
    const { wanted, rejected } = planSockets([listener('a', 8443)], [{ host: '0.0.0.0', port: 8443, ssl: true }], nothingOpen);
    expect(wanted.size).toBe(0);
    expect(rejected).toEqual([
      { type: 'listeners', id: 'a', field: 'port', message: "port 8443 is open for https already, by the proxy's settings" },
    ]);
  });

  test('gives a port that two want for different protocols to the one that has it, else to the first', () => {
    const both = [listener('a', 80), listener('b', 80, { protocol: 'https' })];
    const first = planSockets(both, [], nothingOpen);
    expect([addresses(first), first.rejected]).toEqual([
      [['0.0.0.0:80', ['a']]],
      [{ type: 'listeners', id: 'b', field: 'port', message: "port 80 is open for http already, by listener 'http-80'" }],
    ]);
    const second = planSockets(both, [], ({ ssl }) => ssl);
    expect([addresses(second), second.rejected.map(({ id }) => id)]).toEqual([[['0.0.0.0:80', ['b']]], ['a']]);
  });
});

test.each([
  ['0.0.0.0', '10.0.0.1', true],
  ['::', '10.0.0.1', false],
  ['::', '2001:db8::1', true],
  ['0.0.0.0', '::1', false],
  ['10.0.0.1', '10.0.0.1', true],
  ['10.0.0.1', '10.0.0.2', false],
])('a socket on %s takes connections to %s: %s', (host, address, expected) => {
  expect(covers(host, address)).toBe(expected);
});
