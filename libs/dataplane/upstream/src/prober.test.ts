import { FakeClock } from '@gibbon/time';
import { TestScope } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpstreamRegistry } from './registry.ts';
import { type ChecksFields, ScriptedDns, type ScriptedProbe, targetOf, TestModules, upstreamOf } from './testing/modules.ts';

const TARGETS = [targetOf('1', 'u', '10.0.0.1'), targetOf('2', 'u', '10.0.0.2'), targetOf('3', 'u', '10.0.0.3', 0)];
const CHECKS: ChecksFields = {
  activeHealthy: { interval: 2, successes: 2 },
  activeUnhealthy: { interval: 1, http_failures: 2, tcp_failures: 1 },
};

let clock: FakeClock;
let modules: TestModules;
let scope: TestScope;
let registry: UpstreamRegistry;

beforeEach(() => {
  clock = new FakeClock();
  modules = new TestModules();
  scope = new TestScope();
  registry = new UpstreamRegistry({ modules, scope, clock, dns: new ScriptedDns(), probe: true });
});

afterEach(async () => {
  await scope.dispose();
  clock.advance(60_000);
  expect(clock.pending).toBe(0);
});

function start(checks: ChecksFields = CHECKS): ScriptedProbe {
  expect(registry.reconcile([upstreamOf('u', { host_header: 'h.test' }, checks)], TARGETS)).toEqual([]);
  const probe = modules.probes.at(-1)?.probe;
  if (probe === undefined) throw new Error('no probe');
  return probe;
}

function health(): (string | undefined)[] {
  return ['1', '2'].map((id) => registry.health('u')?.targets.find(({ targetId }) => targetId === id)?.health);
}

describe('probes', () => {
  it('are configured by the fields that the module declares', () => {
    start();
    expect(modules.probes[0]?.config).toEqual({ http_path: '/', host_header: 'h.test', healthy: { http_statuses: [200] } });
  });

  it('begin one interval after the start, and spare targets without weight', async () => {
    const probe = start();
    await clock.advanceAsync(1900);
    expect(probe.probed).toEqual([]);
    await clock.advanceAsync(100);
    expect(probe.probed.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2']);
    await clock.advanceAsync(2000);
    expect(probe.probed).toHaveLength(4);
  });

  it('take a target out and bring it back, each at its own interval', async () => {
    const probe = start();
    probe.reports.set('10.0.0.1', 'http_failure').set('10.0.0.2', 'tcp_failure');
    await clock.advanceAsync(2000);
    expect(health()).toEqual(['HEALTHY', 'UNHEALTHY']);
    await clock.advanceAsync(2000);
    expect(health()).toEqual(['UNHEALTHY', 'UNHEALTHY']);
    probe.reports.clear();
    await clock.advanceAsync(1000);
    expect(health()).toEqual(['UNHEALTHY', 'UNHEALTHY']);
    await clock.advanceAsync(1000);
    expect(health()).toEqual(['HEALTHY', 'HEALTHY']);
  });

  it('run no more at a time than allowed, and no round over another', async () => {
    const probe = start({ ...CHECKS, active: { concurrency: 1 } });
    const { promise, resolve } = Promise.withResolvers<void>();
    probe.gate = promise;
    await clock.advanceAsync(6000);
    expect([probe.mostRunning, probe.probed.length]).toEqual([1, 1]);
    probe.gate = null;
    resolve();
    await clock.advanceAsync(0);
    expect([probe.mostRunning, probe.probed.length]).toEqual([1, 2]);
    await clock.advanceAsync(2000);
    expect(probe.probed).toHaveLength(4);
  });

  it('end with their upstream, and change nothing any more', async () => {
    const probe = start();
    probe.reports.set('10.0.0.1', 'tcp_failure');
    const { promise, resolve } = Promise.withResolvers<void>();
    probe.gate = promise;
    await clock.advanceAsync(2000);
    registry.reconcile([], []);
    expect(probe.signals.every(({ aborted }) => aborted)).toBe(true);
    resolve();
    await clock.advanceAsync(10_000);
    expect(probe.probed).toHaveLength(2);
  });

  it('start anew when their configuration changes, and keep the state', async () => {
    const probe = start();
    probe.reports.set('10.0.0.2', 'tcp_failure');
    await clock.advanceAsync(2000);
    registry.reconcile([upstreamOf('u', {}, { ...CHECKS, active: { http_path: '/new' } })], TARGETS);
    expect(modules.probes[1]?.config).toMatchObject({ http_path: '/new' });
    expect(health()).toEqual(['HEALTHY', 'UNHEALTHY']);
    await clock.advanceAsync(4000);
    expect(probe.probed).toHaveLength(2);
  });

  it('are not run by other threads, nor for TCP; an unknown type is reported by all', () => {
    const other = new UpstreamRegistry({ modules, scope, clock, dns: new ScriptedDns(), probe: false });
    other.reconcile([upstreamOf('u', {}, CHECKS)], TARGETS);
    registry.reconcile([upstreamOf('u', {}, { ...CHECKS, active: { type: 'tcp' } })], TARGETS);
    expect([modules.probes, clock.pending, health()]).toEqual([[], 0, ['HEALTHCHECKS_OFF', 'HEALTHCHECKS_OFF']]);
    for (const each of [registry, other]) {
      expect(each.reconcile([upstreamOf('u', {}, { ...CHECKS, active: { type: 'grpc' } })], TARGETS)).toEqual([
        { type: 'upstreams', id: 'u', field: 'healthchecks.active.type', message: 'no health check of this build probes "grpc"' },
      ]);
      expect(each.reconcile([upstreamOf('u', {}, { ...CHECKS, active: { http_path: '' } })], TARGETS)).toEqual([
        { type: 'upstreams', id: 'u', field: 'healthchecks.active.http_path', message: 'length must be at least 1' },
      ]);
    }
  });
});
