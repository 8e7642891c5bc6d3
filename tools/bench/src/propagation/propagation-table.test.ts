import { expect, it } from 'vitest';
import { distributionOf } from '../measure/distribution.ts';
import { parsePropagationOptions } from './propagation-options.ts';
import type { Expense, ProbeResult, PropagationResult } from './propagation-result.ts';
import { propagationTable } from './propagation-table.ts';

const spent = { cpuSeconds: 1.5, residentMiB: 100.4, proportionalMiB: 90 };
const expense: Expense = {
  wallSeconds: 10,
  controller: spent,
  proxy: spent,
  apiServerCpuSeconds: 3,
  statusWrites: { 'httproutes 200': 300 },
  pushes: { delta: 299, full: 1 },
};
const probe: ProbeResult = {
  present: 0,
  fromWriteMs: distributionOf([10, 20]),
  fromAnswerMs: distributionOf([3, 5]),
  writeMs: distributionOf([7, 15]),
  errors: { 0: 1, 500: 2 },
  expense,
};
const nothing: PropagationResult = {
  benchmark: 'propagation',
  at: '2026-01-01T00:00:00Z',
  machine: { node: 'v26', cpu: 'x', cores: 2 },
  load: { before: [0, 0, 0], after: [0, 0, 0] },
  options: parsePropagationOptions([]),
  probeAlone: null,
  change: [],
  attached: null,
  scale: null,
  probeAmongMany: null,
  restart: null,
};

it('shows what was measured and nothing else', () => {
  expect(propagationTable(nothing)).toBe('');
  const text = propagationTable({ ...nothing, probeAlone: probe });
  expect(text).toMatch(/0 routes: from the write +2 +15\.0 +10\.0 +20\.0 +20\.0 +broken 1, 500 2/);
  expect(text).toMatch(/probes alone +10\.0 +1\.50 +100 +90 .* 3\.00 +delta 299, full 1 +httproutes 200 300/);
  expect(text).not.toContain('restart');
});

it('relates CPU time to time and to changes', () => {
  const scale = {
    routes: 5000,
    writeSeconds: 20,
    settleSeconds: 1,
    unreachable: 0,
    buildUp: expense,
    steady: { ...expense, routeChanges: 10, endpointChanges: 5 },
    burst: { ...expense, routeChanges: 300, pushes: null },
    probesMeanwhile: { ...probe, present: 5000, errors: {} },
    unreachableAtEnd: 0,
  };
  const text = propagationTable({ ...nothing, scale });
  expect(text).toContain('controller 0.150 cores');
  expect(text).toContain('controller 5.0 ms');
  expect(text).toMatch(/5000 routes, changing: from the write .* 0$/m);
});

it('tells what restarts do to those who go on asking', () => {
  const restart = {
    routes: 5000,
    proxy: { readySeconds: 1.25, answers: { 200: 499, 404: 1 }, expense },
    controller: { syncedSeconds: 2, firstChangeMs: 12, answers: { 200: 900 }, latencyMs: distributionOf([1, 2, 300]), expense },
  };
  const text = propagationTable({ ...nothing, restart });
  expect(text).toContain('proxy ready after 1.3 s, then answered 200 499, 404 1');
  expect(text).toContain('controller synced after 2.0 s, its first change took 12.0 ms');
  expect(text).toContain('the proxy answered 200 900, in 2.0 ms (p99 300.0, max 300.0)');
  expect(text).toMatch(/restart of the controller +10\.0/);
});
