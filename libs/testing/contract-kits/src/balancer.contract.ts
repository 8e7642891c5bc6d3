import type { Balancer, Peer, PickContext } from '@gibbon/contracts/balancer';
import type { ModuleDefinition, Token } from '@gibbon/contracts/module';
import { compileSchema } from '@gibbon/schema';
import { seededRandom } from '@gibbon/time';
import { afterEach, describe, expect, it } from 'vitest';
import { itDescribesItself, itKeepsItsConfiguration } from './module-declaration.ts';
import { TestScope } from './test-scope.ts';
import { TestServices } from './test-services.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What {@link describeBalancer} is told about a balancer. */
export interface BalancerSuite {
  // oxlint-disable-next-line typescript/no-explicit-any -- existential type: a suite takes balancers of all configurations.
  readonly definition: ModuleDefinition<'balancer', any, any>;
  /** Configurations that are right; each goes through every case. Default `[{}]`. */
  readonly configs?: readonly Raw[];
  /** Services beside clock, random, counters, metrics and logger. */
  readonly services?: Iterable<readonly [Token<unknown>, unknown]>;
  /** How far a peer's share of 20,000 picks may be from its weight's, as a ratio of it. Default 0.1; `null` when the algorithm does not follow weights. */
  readonly weightTolerance?: number | null;
  /** Whether a retry must avoid peers that failed in the same request; false for algorithms that stick to one. Default true. */
  readonly retriesElsewhere?: boolean;
}

/** A peer as the runtime makes them. */
export function testPeer(index: number, weight = 100): Peer {
  return { index, host: `10.0.${index >> 8}.${index & 255}`, port: 8000 + index, hostname: `peer-${index}.test`, weight };
}

const PICKS = 20_000;
/** Bytes per pick that are noise and not an allocation: the smallest object takes 12. */
const NOISE_BYTES = 4;

/** Runs the contract suite that every balancer must pass. */
export function describeBalancer(suite: BalancerSuite): void {
  const { definition } = suite;
  describe(`contract of ${definition.id}`, () => {
    itDescribesItself(definition);
    const configs = suite.configs ?? [{}];
    itKeepsItsConfiguration(definition, configs);
    configs.forEach((config, index) => describe(`with configuration ${index + 1}`, () => describeBehaviour(suite, config)));
  });
}

/** Contexts of requests: one object reused, as on the request path. */
class Requests {
  readonly #random = seededRandom(11);
  readonly #context: { hash: number; attempt: number; failed: readonly Peer[] } = { hash: -1, attempt: 0, failed: [] };

  next(failed: readonly Peer[] = []): PickContext {
    this.#context.hash = Math.floor(this.#random.float() * 0x1_0000_0000);
    this.#context.attempt = failed.length;
    this.#context.failed = failed;
    return this.#context;
  }
}

function describeBehaviour(suite: BalancerSuite, raw: Raw): void {
  const scopes: { readonly scope: TestScope; readonly services: TestServices }[] = [];
  const make = (peers: readonly Peer[]): Balancer => {
    const services = new TestServices(suite.services);
    const scope = new TestScope();
    scopes.push({ scope, services });
    const checked = compileSchema(suite.definition.config)(raw);
    if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    const balancer = suite.definition.create({ config: checked.config, deps: services.resolve(suite.definition.requires), scope });
    balancer.update(peers);
    return balancer;
  };
  afterEach(async () => {
    for (const { scope, services } of scopes.splice(0)) {
      await scope.dispose();
      expect(scope.size, 'things left in the scope').toBe(0);
      expect(services.clock.pending, 'timers left').toBe(0);
    }
  });

  describeSelection(suite, make);
  describeUpdates(make);
  describeHotPath(make);
}

type Make = (peers: readonly Peer[]) => Balancer;

function describeSelection(suite: BalancerSuite, make: Make): void {
  it('has nothing to pick without peers', () => {
    const balancer = make([]);
    expect([balancer.pick(new Requests().next()), balancer.pick(new Requests().next([testPeer(0)]))]).toEqual([null, null]);
  });

  it('picks the only peer, also when it has failed', () => {
    const only = testPeer(0);
    const balancer = make([only]);
    const requests = new Requests();
    for (let n = 0; n < 10; n++) expect(balancer.pick(requests.next(n % 2 === 0 ? [] : [only]))).toBe(only);
  });

  it('hands out the very peers it was given, and copes without a hash', () => {
    const peers = [testPeer(0), testPeer(1, 1), testPeer(2, 65_535)];
    const balancer = make(peers);
    for (let n = 0; n < 100; n++) expect(peers).toContain(balancer.pick({ hash: -1, attempt: 0, failed: [] }));
  });

  if (suite.weightTolerance !== null) {
    it('gives each peer the share that its weight says', () => {
      const peers = [testPeer(0, 100), testPeer(1, 300), testPeer(2, 600)];
      const counts = countPicks(make(peers), PICKS);
      for (const { index, weight } of peers) {
        const share = (counts.get(index) ?? 0) / PICKS;
        expect(Math.abs(share / (weight / 1000) - 1), `peer ${index} got ${share}`).toBeLessThanOrEqual(suite.weightTolerance ?? 0.1);
      }
    });
  }

  if (suite.retriesElsewhere !== false) {
    it('retries on peers that have not failed in the request, while there are any', () => {
      const peers = [testPeer(0, 1000), testPeer(1), testPeer(2, 1)];
      const balancer = make(peers);
      const requests = new Requests();
      for (let n = 0; n < 300; n++) {
        const failed: Peer[] = [];
        while (failed.length < peers.length) {
          const peer = pickOf(balancer, requests.next(failed));
          expect(failed).not.toContain(peer);
          failed.push(peer);
        }
        expect(peers).toContain(balancer.pick(requests.next(failed)));
      }
    });
  }
}

function describeUpdates(make: Make): void {
  it('never picks a peer that was taken out, and goes on with the rest', () => {
    const peers = Array.from({ length: 6 }, (_, index) => testPeer(index));
    const balancer = make(peers);
    countPicks(balancer, 100);
    for (let left = 5; left > 0; left--) {
      balancer.update(peers.slice(0, left));
      expect([...countPicks(balancer, 500).keys()].every((index) => index < left)).toBe(true);
    }
    balancer.update([]);
    expect(balancer.pick(new Requests().next())).toBeNull();
  });

  it('sends traffic to peers that came or came back', () => {
    const balancer = make([testPeer(0)]);
    countPicks(balancer, 50);
    balancer.update([testPeer(0), testPeer(7)]);
    expect([...countPicks(balancer, 500).keys()].toSorted((a, b) => a - b)).toEqual([0, 7]);
  });

  it('takes new weights', () => {
    const balancer = make([testPeer(0, 1), testPeer(1, 1)]);
    countPicks(balancer, 50);
    balancer.update([testPeer(0, 1), testPeer(1, 99)]);
    const counts = countPicks(balancer, 2000);
    expect(counts.get(1) ?? 0).toBeGreaterThanOrEqual(counts.get(0) ?? 0);
  });

  it('does not start over with each update', () => {
    const peers = Array.from({ length: 8 }, (_, index) => testPeer(index));
    const balancer = make(peers);
    const requests = new Requests();
    const seen = new Set<number>();
    for (let n = 0; n < 400; n++) {
      seen.add(pickOf(balancer, requests.next()).index);
      balancer.update(peers);
    }
    expect(seen.size).toBeGreaterThan(4);
  });

  it('does not change the list it is given', () => {
    const peers = Object.freeze([testPeer(0, 3), testPeer(1, 2)].map((peer) => Object.freeze(peer)));
    const balancer = make(peers);
    expect(() => countPicks(balancer, 50)).not.toThrow();
  });
}

function describeHotPath(make: Make): void {
  it('allocates nothing to pick, at the first try and at a retry', () => {
    const peers = Array.from({ length: 10 }, (_, index) => testPeer(index, 1 + index));
    const balancer = make(peers);
    const none: readonly Peer[] = [];
    const one: readonly Peer[] = [peers[3] as Peer];
    const context: { hash: number; attempt: number; failed: readonly Peer[] } = { hash: 1, attempt: 0, failed: none };
    expect(
      bytesPerCall(() => {
        context.hash = (context.hash * 5 + 1) & 0x3fff_ffff;
        context.failed = (context.hash & 7) === 0 ? one : none;
        const peer = balancer.pick(context);
        if (peer === null) throw new Error('nothing picked');
      }),
    ).toBeLessThan(NOISE_BYTES);
  });
}

function pickOf(balancer: Balancer, context: PickContext): Peer {
  const peer = balancer.pick(context);
  if (peer === null) throw new Error('nothing picked');
  balancer.release?.(peer, { durationMs: 1, ok: true });
  return peer;
}

/** Picks as requests do, each ending before the next begins. */
function countPicks(balancer: Balancer, times: number): Map<number, number> {
  const counts = new Map<number, number>();
  const requests = new Requests();
  for (let n = 0; n < times; n++) {
    const { index } = pickOf(balancer, requests.next());
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return counts;
}

/** Growth of the heap by a call, after the compiler has seen it: the median of some runs, as a collection may fall into one. */
function bytesPerCall(call: () => void): number {
  const calls = 20_000;
  const deltas: number[] = [];
  for (let run = 0; run < 9; run++) {
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < calls; n++) call();
    deltas.push((process.memoryUsage().heapUsed - before) / calls);
  }
  // The first runs are warm-up.
  return deltas.slice(4).toSorted((a, b) => a - b)[2] ?? Number.NaN;
}
