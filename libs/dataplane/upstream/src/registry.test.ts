import { FakeClock } from '@gibbon/time';
import { TestScope } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BalancedUpstream, UpstreamPeer } from './contract.ts';
import { HealthTable } from './health-table.ts';
import { UpstreamRegistry } from './registry.ts';
import { ScriptedDns, targetOf, TestModules, upstreamOf } from './testing/modules.ts';

const RESULT = { durationMs: 1, ok: true };
const FIRST_TRY = { hash: -1, attempt: 0, failed: [] };
const COUNTING = { passiveUnhealthy: { http_failures: 2, tcp_failures: 1 }, passiveHealthy: { successes: 1 } };

let clock: FakeClock;
let dns: ScriptedDns;
let modules: TestModules;
let scope: TestScope;
let table: HealthTable;
let registry: UpstreamRegistry;

beforeEach(() => {
  clock = new FakeClock();
  dns = new ScriptedDns();
  modules = new TestModules();
  scope = new TestScope();
  table = new HealthTable();
  registry = new UpstreamRegistry({ modules, scope, clock, table, dns, probe: true });
});

afterEach(async () => {
  await scope.dispose();
  expect(modules.balancers.every(({ disposed }) => disposed)).toBe(true);
  // What a removed upstream leaves behind ends by itself.
  clock.advance(60_000);
  expect(clock.pending).toBe(0);
});

function named(name: string, from = registry): BalancedUpstream {
  const upstream = from.named(name);
  if (upstream === null) throw new Error(`no upstream ${name}`);
  return upstream;
}

function hosts(upstream: BalancedUpstream, count = 8): string[] {
  const found = Array.from({ length: count }, () => upstream.pick(FIRST_TRY));
  return [...new Set(found.map((peer) => (peer === null ? 'none' : `${peer.host}:${peer.port}`)))].toSorted();
}

function peerAt(upstream: BalancedUpstream, host: string): UpstreamPeer {
  for (let n = 0; n < 20; n++) {
    const peer = upstream.pick(FIRST_TRY);
    if (peer?.host === host) return peer;
  }
  throw new Error(`${host} is not picked`);
}

describe('targets', () => {
  it('become peers by host and port, except for those without weight', () => {
    const problems = registry.apply({
      upstreams: { upserted: [upstreamOf('u')], deleted: [] },
      targets: {
        upserted: [
          targetOf('1', 'u', '10.0.0.1'),
          targetOf('2', 'u', '10.0.0.2:81'),
          targetOf('3', 'u', '[::1]:82'),
          targetOf('4', 'u', '10.0.0.4', 0),
        ],
        deleted: [],
      },
    });
    expect(problems).toEqual([]);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000', '10.0.0.2:81', '::1:82']);
  });

  it('that cannot be read are reported and left out', () => {
    expect(registry.reconcile([], [targetOf('2', 'u', 'a:b:c')])).toEqual([]);
    expect(registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'u', 'host:99999')])).toEqual([
      { type: 'targets', id: '2', field: 'target', message: 'target "host:99999" is neither host, host:port nor [IPv6]:port' },
    ]);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
  });

  it('keep their peers when others change, with dense numbers', () => {
    const upstream = upstreamOf('u');
    const [one, two, three] = [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'u', '10.0.0.2'), targetOf('3', 'u', '10.0.0.3')];
    registry.reconcile([upstream], [one, two, three]);
    const kept = peerAt(named('u'), '10.0.0.3');
    registry.reconcile([upstream], [two, { ...three, weight: 7 }]);
    expect(peerAt(named('u'), '10.0.0.3')).toBe(kept);
    expect([kept.index, kept.weight]).toEqual([2, 7]);
    registry.reconcile([upstream], [two, { ...three, weight: 7 }, targetOf('4', 'u', '10.0.0.4')]);
    expect(peerAt(named('u'), '10.0.0.4').index).toBe(0);
  });

  it('of one address count once: the youngest', () => {
    registry.reconcile(
      [upstreamOf('u')],
      [
        { ...targetOf('1', 'u', '10.0.0.1', 5), created_at: 200 },
        { ...targetOf('2', 'u', '10.0.0.1:8000', 9), created_at: 100 },
      ],
    );
    expect(peerAt(named('u'), '10.0.0.1').weight).toBe(5);
  });

  it('may come before their upstream, and move to another', () => {
    registry.apply({ targets: { upserted: [targetOf('1', 'u', '10.0.0.1')], deleted: [] } });
    registry.apply({ upstreams: { upserted: [upstreamOf('u'), upstreamOf('v')], deleted: [] } });
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
    registry.apply({ targets: { upserted: [targetOf('1', 'v', '10.0.0.1')], deleted: [] } });
    expect([hosts(named('u')), hosts(named('v'))]).toEqual([['none'], ['10.0.0.1:8000']]);
  });

  it('touch no other upstream', () => {
    registry.reconcile([upstreamOf('u'), upstreamOf('v')], [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'v', '10.0.0.2')]);
    const updates = modules.balancers.map(({ balancer }) => balancer.updates.length);
    registry.apply({ targets: { upserted: [targetOf('3', 'v', '10.0.0.3')], deleted: [] } });
    expect(modules.balancers.map(({ balancer }, index) => balancer.updates.length - (updates[index] ?? 0))).toEqual([0, 1]);
  });
});

describe('names', () => {
  it('lead to a peer for each address, and follow DNS', async () => {
    dns.answers.set('api.test', { addresses: ['10.0.0.1', '10.0.0.2'], ttlMs: 1000 });
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', 'api.test:81')]);
    expect(hosts(named('u'))).toEqual(['none']);
    await registry.namesSettled();
    expect(hosts(named('u'))).toEqual(['10.0.0.1:81', '10.0.0.2:81']);
    const kept = peerAt(named('u'), '10.0.0.2');
    expect(kept.hostname).toBe('api.test');
    dns.answers.set('api.test', { addresses: ['10.0.0.2', '10.0.0.3'] });
    await clock.advanceAsync(1000);
    expect(hosts(named('u'))).toEqual(['10.0.0.2:81', '10.0.0.3:81']);
    expect(peerAt(named('u'), '10.0.0.2')).toBe(kept);
  });

  it('that do not resolve are shown, and tried again', async () => {
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', 'api.test')]);
    await registry.namesSettled();
    expect(registry.health('u')?.targets).toEqual([
      { targetId: '1', health: 'DNS_ERROR', dns: 'api.test could not be resolved: ENOTFOUND', addresses: [] },
    ]);
    dns.answers.set('api.test', { addresses: ['10.0.0.1'] });
    await clock.advanceAsync(30_000);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
  });

  it('are let go with the last target that has them', async () => {
    dns.answers.set('api.test', { addresses: ['10.0.0.1'], ttlMs: 1000 });
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', 'api.test:81'), targetOf('2', 'u', 'api.test:82')]);
    await registry.namesSettled();
    registry.reconcile([upstreamOf('u')], [targetOf('2', 'u', 'api.test:82')]);
    expect(clock.pending).toBe(1);
    registry.reconcile([upstreamOf('u')], [targetOf('2', 'u', 'api.test:82', 0)]);
    expect(clock.pending).toBe(0);
  });
});

describe('upstreams', () => {
  it('are the same object until they are removed; requests that hold them can still pick', () => {
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', '10.0.0.1')]);
    const upstream = named('u');
    registry.reconcile([upstreamOf('u', { name: 'renamed' })], [targetOf('1', 'u', '10.0.0.1')]);
    expect([registry.named('u'), registry.named('renamed'), upstream.name]).toEqual([null, upstream, 'renamed']);
    registry.reconcile([], []);
    expect(registry.named('renamed')).toBeNull();
    expect(hosts(upstream)).toEqual(['10.0.0.1:8000']);
    upstream.report(peerAt(upstream, '10.0.0.1'), 500, 'none', RESULT);
    expect(modules.balancers[0]?.disposed).toBe(false);
    clock.advance(60_000);
    expect(modules.balancers[0]?.disposed).toBe(true);
  });

  it('get the balancer they name, configured by their own fields and balancer_config', () => {
    registry.reconcile([upstreamOf('u', { slots: 77, balancer_config: { speed: 3 } })], []);
    expect(modules.balancers).toMatchObject([{ id: 'balancer.in-turn', config: { slots: 77, speed: 3 } }]);
    expect(named('u').usesHash).toBe(true);
  });

  it('keep it unless its configuration changes', () => {
    const targets = [targetOf('1', 'u', '10.0.0.1')];
    registry.reconcile([upstreamOf('u')], targets);
    registry.reconcile([upstreamOf('u', { host_header: 'a.test' }, { threshold: 10 })], targets);
    expect(modules.balancers).toHaveLength(1);
    registry.reconcile([upstreamOf('u', { slots: 20 })], targets);
    expect(modules.balancers.map(({ disposed }) => disposed)).toEqual([true, false]);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
  });

  it('fall back to round-robin when the algorithm is unknown or wrongly configured, and say so', () => {
    const problems = registry.reconcile(
      [upstreamOf('u', { algorithm: 'magic' }), upstreamOf('v', { balancer_config: { speed: 9, more: 1 } })],
      [targetOf('1', 'u', '10.0.0.1')],
    );
    expect(problems).toEqual([
      {
        type: 'upstreams',
        id: 'u',
        field: 'algorithm',
        message: 'there is no balancer "magic", round-robin is used instead; known are: round-robin, in-turn',
      },
      { type: 'upstreams', id: 'v', field: 'balancer_config.speed', message: expect.stringMatching(/at most 5/) },
      { type: 'upstreams', id: 'v', field: 'balancer_config.more', message: 'unknown field' },
    ]);
    expect(modules.balancers.map(({ id }) => id)).toEqual(['balancer.round-robin', 'balancer.round-robin']);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
  });

  it('tell the balancer how attempts ended', () => {
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', '10.0.0.1')]);
    const peer = peerAt(named('u'), '10.0.0.1');
    named('u').report(peer, 200, 'none', RESULT);
    expect(modules.balancers[0]?.balancer.released).toEqual([peer]);
  });
});

describe('passive health', () => {
  it('takes a peer out in every thread, and keeps that over configuration changes', () => {
    const other = new UpstreamRegistry({ modules, scope, clock, table: new HealthTable(table.buffer, 1), dns, probe: false });
    const upstream = upstreamOf('u', {}, COUNTING);
    const targets = [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'u', '10.0.0.2')];
    for (const each of [registry, other]) each.reconcile([upstream], targets);
    const bad = peerAt(named('u'), '10.0.0.1');
    named('u').report(bad, 0, 'connect', { durationMs: 1, ok: false });
    expect([hosts(named('u')), hosts(named('u', other))]).toEqual([['10.0.0.2:8000'], ['10.0.0.2:8000']]);
    registry.reconcile([{ ...upstream }], [...targets, targetOf('3', 'u', '10.0.0.3')]);
    expect(hosts(named('u'))).toEqual(['10.0.0.2:8000', '10.0.0.3:8000']);
    named('u', other).report(bad, 200, 'none', RESULT);
    expect(hosts(named('u', other))).toEqual(['10.0.0.1:8000', '10.0.0.2:8000']);
  });

  it('counts failures by kind', () => {
    registry.reconcile([upstreamOf('u', {}, COUNTING)], [targetOf('1', 'u', '10.0.0.1')]);
    const peer = peerAt(named('u'), '10.0.0.1');
    named('u').report(peer, 500, 'none', RESULT);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
    named('u').report(peer, 503, 'none', RESULT);
    expect(hosts(named('u'))).toEqual(['none']);
    expect(registry.health('u')).toEqual({
      healthy: false,
      targets: [
        {
          targetId: '1',
          health: 'UNHEALTHY',
          dns: 'unknown',
          addresses: [{ ip: '10.0.0.1', port: 8000, weight: 100, health: 'UNHEALTHY' }],
        },
      ],
    });
  });

  it('serves nothing when too little weight is available', () => {
    registry.reconcile(
      [upstreamOf('u', {}, { ...COUNTING, threshold: 50 })],
      [targetOf('1', 'u', '10.0.0.1', 60), targetOf('2', 'u', '10.0.0.2', 40)],
    );
    const big = peerAt(named('u'), '10.0.0.1');
    named('u').report(big, 0, 'connect', RESULT);
    expect([hosts(named('u')), registry.health('u')?.healthy]).toEqual([['none'], false]);
    registry.setHealth('u', '1', null, true);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000', '10.0.0.2:8000']);
  });

  it('is off where nothing is counted', () => {
    registry.reconcile([upstreamOf('u')], [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'u', '10.0.0.2', 0)]);
    const peer = peerAt(named('u'), '10.0.0.1');
    for (let n = 0; n < 5; n++) named('u').report(peer, 500, 'none', RESULT);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
    expect(registry.health('u')?.targets.map(({ health }) => health)).toEqual(['HEALTHCHECKS_OFF', 'HEALTHCHECKS_OFF']);
    expect(registry.setHealth('u', '1', null, false)).toBe('no-checker');
  });

  it('is forgotten when checks are switched off', () => {
    const targets = [targetOf('1', 'u', '10.0.0.1')];
    registry.reconcile([upstreamOf('u', {}, COUNTING)], targets);
    registry.setHealth('u', '1', null, false);
    registry.reconcile([upstreamOf('u')], targets);
    expect(hosts(named('u'))).toEqual(['10.0.0.1:8000']);
    registry.reconcile([upstreamOf('u', {}, COUNTING)], targets);
    expect(registry.health('u')?.targets[0]?.health).toBe('HEALTHY');
  });

  it('says when no module judges the type', () => {
    expect(registry.reconcile([upstreamOf('u', {}, { ...COUNTING, passiveType: 'grpc' })], [])).toEqual([
      { type: 'upstreams', id: 'u', field: 'healthchecks.passive.type', message: 'no health check of this build judges "grpc"' },
    ]);
  });
});

describe('health by hand', () => {
  it('sets all addresses of a target, or one', async () => {
    dns.answers.set('api.test', { addresses: ['10.0.0.1', '10.0.0.2'] });
    registry.reconcile([upstreamOf('u', {}, COUNTING)], [targetOf('1', 'u', 'api.test:81')]);
    await registry.namesSettled();
    expect(registry.setHealth('u', 'api.test:81', '10.0.0.1:81', false)).toBe('done');
    expect([hosts(named('u')), registry.health('u')?.targets[0]?.health]).toEqual([['10.0.0.2:81'], 'HEALTHY']);
    expect(registry.setHealth('u', '1', null, false)).toBe('done');
    expect(hosts(named('u'))).toEqual(['none']);
    expect(
      ['v', 'u', 'u'].map((id, index) => registry.setHealth(id, ['1', '2', '1'][index] ?? '', index === 2 ? '10.9.9.9:81' : null, true)),
    ).toEqual(['no-upstream', 'no-target', 'no-target']);
  });
});
