import type { Peer, PickContext } from '@gibbon/contracts/balancer';
import { seededRandom } from '@gibbon/time';
import { describe, expect, it } from 'vitest';
import { RoundRobin } from './round-robin.ts';
import { buildWheel } from './wheel.ts';

const peer = (index: number, weight = 100): Peer => ({ index, host: `10.0.0.${index}`, port: 80, hostname: `p${index}`, weight });
const FIRST: PickContext = { hash: -1, attempt: 0, failed: [] };

function balancerOf(...peers: Peer[]): RoundRobin {
  const balancer = new RoundRobin(seededRandom(7));
  balancer.update(peers);
  return balancer;
}

function picks(balancer: RoundRobin, count: number): (number | null)[] {
  return Array.from({ length: count }, () => balancer.pick(FIRST)?.index ?? null);
}

describe('buildWheel', () => {
  it('gives each peer its weight divided by the common divisor', () => {
    const wheel = buildWheel([peer(0, 200), peer(1, 100), peer(2, 50)], seededRandom(1).float);
    expect([0, 1, 2].map((position) => wheel.filter((each) => each === position).length)).toEqual([4, 2, 1]);
  });

  it('shuffles, differently for each seed', () => {
    const peers = Array.from({ length: 20 }, (_, index) => peer(index));
    const orders = [1, 2].map((seed) => [...buildWheel(peers, seededRandom(seed).float)]);
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders.map((order) => order.toSorted((a, b) => a - b))).toEqual([
      peers.map(({ index }) => index),
      peers.map(({ index }) => index),
    ]);
  });

  it('stays small for weights without a common divisor', () => {
    const peers = Array.from({ length: 50 }, (_, index) => peer(index, 65_535 - index));
    expect(buildWheel([...peers, peer(50, 1)], seededRandom(1).float).length).toBeLessThan(66_000);
  });
});

describe('RoundRobin', () => {
  it('takes every peer once in each turn of the wheel', () => {
    const order = picks(balancerOf(peer(0), peer(1), peer(2)), 9);
    expect(new Set(order.slice(0, 3))).toEqual(new Set([0, 1, 2]));
    expect(order.slice(3)).toEqual([...order.slice(0, 3), ...order.slice(0, 3)]);
  });

  it('goes on where it was after an update', () => {
    const balancer = balancerOf(peer(0), peer(1), peer(2), peer(3));
    const before = picks(balancer, 4);
    picks(balancer, 2);
    // The same randomness gives the same order, so only the position can make a difference.
    const same = new RoundRobin({ ...seededRandom(7) });
    same.update([peer(0), peer(1), peer(2), peer(3)]);
    expect(picks(same, 4)).toEqual(before);
    balancer.update([peer(0), peer(1)]);
    expect(picks(balancer, 20).filter((index) => index === 0)).toHaveLength(10);
  });

  it('retries elsewhere while there is an elsewhere', () => {
    const peers = [peer(0, 60_000), peer(1, 1), peer(2, 1)] as const;
    const balancer = balancerOf(...peers);
    for (let n = 0; n < 200; n++) {
      expect(balancer.pick({ hash: -1, attempt: 1, failed: [peers[0]] })?.index).not.toBe(0);
      expect(balancer.pick({ hash: -1, attempt: 2, failed: [peers[0], peers[2]] })?.index).toBe(1);
      expect(balancer.pick({ hash: -1, attempt: 3, failed: peers })).not.toBeNull();
    }
  });

  it('has nothing to pick without peers', () => {
    expect(picks(balancerOf(), 2)).toEqual([null, null]);
    const balancer = balancerOf(peer(0));
    balancer.update([]);
    expect(balancer.pick({ hash: -1, attempt: 1, failed: [peer(0)] })).toBeNull();
  });
});
