import { readdirSync, readFileSync } from 'node:fs';
import { growth, samplesOf, sumBy } from '../../measure/exposition.ts';
import { cpuTimeOf, proportionalBytesOf, residentBytesOf } from '../../measure/process-usage.ts';
import type { Expense, ProcessExpense } from '../propagation-result.ts';
import type { Cluster } from './cluster.ts';
import { PORTS } from './programs.ts';

const MIB = 1024 * 1024;

/** The processes whose expenses are counted. */
export interface Counted {
  readonly controller: number;
  readonly proxy: number;
}

interface Reading {
  readonly atMs: number;
  readonly cpu: Readonly<Record<keyof Counted, number>>;
  readonly apiServerCpuSeconds: number;
  readonly statusWrites: Readonly<Record<string, number>>;
  readonly pushes: Readonly<Record<string, number>> | null;
}

/** Begins to count. @returns what ends the count; processes that are others by then count from their start. */
export async function beginExpense(cluster: Cluster, processes: Counted): Promise<(now: Counted) => Promise<Expense>> {
  const before = await read(cluster, processes);
  return async (now) => {
    const after = await read(cluster, now);
    const same = (name: keyof Counted): boolean => processes[name] === now[name];
    const expense = (name: keyof Counted): ProcessExpense => ({
      cpuSeconds: after.cpu[name] - (same(name) ? before.cpu[name] : 0),
      residentMiB: residentBytesOf(now[name]) / MIB,
      proportionalMiB: proportionalBytesOf(now[name]) / MIB,
    });
    const earlier = same('controller') ? before.pushes : {};
    return {
      wallSeconds: (after.atMs - before.atMs) / 1000,
      controller: expense('controller'),
      proxy: expense('proxy'),
      apiServerCpuSeconds: after.apiServerCpuSeconds - before.apiServerCpuSeconds,
      statusWrites: growth(before.statusWrites, after.statusWrites),
      pushes: after.pushes === null ? null : growth(earlier ?? {}, after.pushes),
    };
  };
}

async function read(cluster: Cluster, { controller, proxy }: Counted): Promise<Reading> {
  const statusWrites = await cluster.statusWrites();
  const pushes = await readPushes();
  return {
    atMs: performance.now(),
    cpu: { controller: cpuSecondsOf(controller), proxy: cpuSecondsOf(proxy) },
    apiServerCpuSeconds: processesNamed('kube-apiserver', 'etcd').reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    statusWrites,
    pushes,
  };
}

function cpuSecondsOf(pid: number): number {
  const { userUs, systemUs } = cpuTimeOf(pid);
  return (userUs + systemUs) / 1_000_000;
}

/** What the controller says that it has pushed. */
export async function readPushes(): Promise<Readonly<Record<string, number>> | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${PORTS.metrics}/metrics`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return null;
    const samples = samplesOf(await answer.text(), 'gibbon_publisher_pushes_total');
    return sumBy(samples, ({ mode = '', success }) => (success === 'true' ? mode : 'failed'));
  } catch {
    return null;
  }
}

/** Processes by the name of their program, 15 characters at the most. */
function processesNamed(...names: readonly string[]): readonly number[] {
  const ids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return ids.filter((id) => names.includes(commandOf(id))).map(Number);
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8').trimEnd();
  } catch {
    // It has ended.
    return '';
  }
}
