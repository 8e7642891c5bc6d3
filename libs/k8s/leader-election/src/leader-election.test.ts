import { KubeClient, plainAccess } from '@gibbon/k8s-client';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeaderElection, type LeaderElectionOptions } from './leader-election.ts';

interface Replica {
  readonly election: LeaderElection;
  readonly clock: FakeClock;
  /** Every change of leadership, in order. */
  readonly changes: boolean[];
}

let api: KubeApi;
let open: (() => Promise<void>)[];
let replicas: Replica[];

beforeEach(async () => {
  api = await KubeApi.start();
  open = [];
  replicas = [];
});

afterEach(async () => {
  for (const replica of replicas) await replica.election.dispose();
  for (const close of open) await close();
  await api.close();
  expect(replicas.map(({ clock }) => clock.pending)).toEqual(replicas.map(() => 0));
});

/** A replica on its own clock and its own connections. */
function replica(identity: string, options: Partial<LeaderElectionOptions> = {}): Replica {
  const clock = new FakeClock();
  const access = plainAccess(api.url);
  const { random, logger } = new TestServices();
  const client = new KubeClient({ access, clock });
  const election = new LeaderElection({ client, clock, random, logger, namespace: 'gibbon', name: 'leader', identity, ...options });
  const made = { election, clock, changes: [] as boolean[] };
  election.onChange((leading) => made.changes.push(leading));
  open.push(() => access.close());
  replicas.push(made);
  return made;
}

/** Lets time pass for all, in small steps. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) for (const { clock } of replicas) await clock.advanceAsync(250);
}

async function until(condition: () => boolean, maxMs = 120_000): Promise<number> {
  let passed = 0;
  for (; !condition(); passed += 250) {
    if (passed > maxMs) throw new Error('it never came to be');
    await pass(250);
  }
  return passed;
}

function spec(): Record<string, unknown> {
  return api.get('Lease', 'gibbon', 'leader')?.['spec'] as Record<string, unknown>;
}

describe('a lease', () => {
  it('is made, held and renewed by the first', async () => {
    const first = replica('first');
    const second = replica('second');
    first.election.start();
    await until(() => first.election.leading);
    second.election.start();
    const { acquireTime, ...made } = spec();
    expect(acquireTime).toMatch(/^2026-01-01T00:00:0\d\.\d{3}000Z$/);
    expect(made).toEqual({ holderIdentity: 'first', leaseDurationSeconds: 15, leaseTransitions: 0, renewTime: acquireTime });
    await pass(60_000);
    expect([first.changes, second.changes]).toEqual([[true], []]);
    expect(second.election.holder).toBe('first');
    expect(spec()).toMatchObject({ holderIdentity: 'first', acquireTime, leaseTransitions: 0 });
    expect(Date.parse(spec()['renewTime'] as string)).toBeGreaterThan(Date.UTC(2026, 0, 1, 0, 0, 55));
  });

  it('is given back at the end, and taken by another at its next attempt', async () => {
    const first = replica('first');
    const second = replica('second');
    first.election.start();
    await until(() => first.election.leading);
    second.election.start();
    await until(() => second.election.holder === 'first');
    await first.election.dispose();
    expect(first.changes).toEqual([true, false]);
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(await until(() => second.election.leading)).toBeLessThanOrEqual(4500);
    expect(spec()).toMatchObject({ holderIdentity: 'second', leaseDurationSeconds: 15, leaseTransitions: 1 });
  });

  it('of a holder that died is taken when it has not changed for its whole duration', async () => {
    api.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'gibbon', name: 'leader' },
      // Its times say nothing: that machine's clock may be wrong.
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z', leaseTransitions: 4 },
    });
    const second = replica('second');
    second.election.start();
    const passed = await until(() => second.election.leading);
    expect(passed).toBeGreaterThanOrEqual(15_000);
    expect(passed).toBeLessThanOrEqual(20_000);
    expect(spec()).toMatchObject({ holderIdentity: 'second', leaseTransitions: 5 });
  });

  it('is held by one, also where wall clocks are hours apart and jump', async () => {
    const first = replica('first');
    const second = replica('second');
    second.clock.jump(36_000_000);
    first.election.start();
    await until(() => first.election.leading);
    second.election.start();
    await pass(20_000);
    first.clock.jump(-7_200_000);
    second.clock.jump(7_200_000);
    await pass(40_000);
    expect([first.changes, second.changes]).toEqual([[true], []]);
  });
});

describe('a leader', () => {
  it('that cannot renew stops before another begins', async () => {
    const first = replica('first');
    const second = replica('second');
    first.election.start();
    await until(() => first.election.leading);
    second.election.start();
    await until(() => second.election.holder === 'first');
    const order: string[] = [];
    first.election.onChange((leading) => order.push(`first ${leading}`));
    second.election.onChange((leading) => order.push(`second ${leading}`));
    api.faults.add({ match: { plural: 'leases' }, status: 503 });
    const lostMs = await until(() => !first.election.leading);
    expect(lostMs).toBeLessThanOrEqual(10_250);
    api.faults.clear();
    await until(() => first.election.leading || second.election.leading);
    expect(order[0]).toBe('first false');
    expect([first, second].filter(({ election }) => election.leading)).toHaveLength(1);
  });

  it('whose requests hang stops in time', async () => {
    const first = replica('first');
    first.election.start();
    await until(() => first.election.leading);
    const hold = api.faults.hold({ plural: 'leases' });
    expect(await until(() => !first.election.leading)).toBeLessThanOrEqual(10_250);
    hold.release();
    await until(() => first.election.leading);
  });

  it('survives a failure that is shorter than its deadline', async () => {
    const first = replica('first');
    first.election.start();
    await until(() => first.election.leading);
    api.faults.add({ match: { plural: 'leases' }, status: 500, times: 2 });
    await api.pause();
    await pass(3000);
    await api.resume();
    await pass(30_000);
    expect(first.changes).toEqual([true]);
  });

  it('that finds another holder stops at once', async () => {
    const first = replica('first');
    first.election.start();
    await until(() => first.election.leading);
    api.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'gibbon', name: 'leader' },
      spec: { holderIdentity: 'thief', leaseDurationSeconds: 15, leaseTransitions: 1 },
    });
    expect(await until(() => !first.election.leading)).toBeLessThanOrEqual(2500);
    expect(first.election.holder).toBe('thief');
  });
});

describe('many replicas', () => {
  it('never have two leaders, whoever dies', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => replica(name));
    for (const { election } of all) election.start();
    const leaders = (): Replica[] => all.filter(({ election }) => election.leading);
    let most = 0;
    for (const { election } of all) election.onChange(() => (most = Math.max(most, leaders().length)));
    for (let left = all.length; left > 1; left--) {
      await until(() => leaders().length === 1);
      await leaders()[0]?.election.dispose();
    }
    await until(() => leaders().length === 1);
    expect(most).toBe(1);
  });
});

it('refuses times that do not fall in their order', () => {
  expect(() => replica('x', { leaseDurationMs: 10_000 })).toThrow(
    'the lease duration (10000 ms) must exceed the renewal deadline (10000 ms)',
  );
  expect(() => replica('x', { retryPeriodMs: 9000 })).toThrow('the retry period (9000 ms)');
});
