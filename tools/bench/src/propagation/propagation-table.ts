import { alignColumns } from '../report/table.ts';
import type { Distribution } from '../measure/distribution.ts';
import type {
  ChangeResult,
  Expense,
  ProbeResult,
  PropagationResult,
  RestartResult,
  ScaleResult,
  AttachedResult,
} from './propagation-result.ts';

/** The result as text for a terminal. */
export function propagationTable(result: PropagationResult): string {
  const { probeAlone, probeAmongMany, change, attached, scale, restart } = result;
  const probes = [
    ...(probeAlone === null ? [] : [probeAlone]),
    ...(probeAmongMany === null ? [] : [probeAmongMany]),
    ...(scale === null ? [] : [scale.probesMeanwhile]),
  ];
  const parts = [
    probes.length === 0 ? '' : probeTable(probes, scale?.probesMeanwhile ?? null),
    change.length === 0 ? '' : changeTable(change),
    attached === null ? '' : attachedText(attached),
    scale === null ? '' : scaleText(scale),
    restart === null ? '' : restartText(restart),
    expenseTable(result),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function probeTable(probes: readonly ProbeResult[], meanwhile: ProbeResult | null): string {
  const title = (probe: ProbeResult): string => `${probe.present} routes${probe === meanwhile ? ', changing' : ''}`;
  const rows = probes.flatMap((probe) => [
    [`${title(probe)}: from the write`, ...cells(probe.fromWriteMs), errorsOf(probe.errors)],
    ["  from the API server's answer", ...cells(probe.fromAnswerMs), ''],
    ['  the write itself', ...cells(probe.writeMs), ''],
  ]);
  return alignColumns([['route probe, ms', 'count', 'mean', 'p50', 'p99', 'max', 'errors'], ...rows]);
}

function changeTable(changes: readonly ChangeResult[]): string {
  const rows = changes.map(({ changes: count, intervalMs, requests, errors, latencyMs }) => [
    `${count} changes, ${intervalMs} ms apart`,
    String(requests),
    errorsOf(errors),
    ms(latencyMs.mean),
    ms(latencyMs.p99),
    ms(latencyMs.max),
  ]);
  return alignColumns([['route change', 'requests', 'not 200', 'mean ms', 'p99 ms', 'max ms'], ...rows]);
}

function attachedText(result: AttachedResult): string {
  const { routes, creationSeconds, addAllSeconds, deletionSeconds, removeAllSeconds, writes, highest } = result;
  return (
    `attached routes: ${routes} created in ${seconds(creationSeconds)} and counted ${seconds(addAllSeconds)} after the last, deleted in ` +
    `${seconds(deletionSeconds)} and counted ${seconds(removeAllSeconds)} after the last; ${writes} counts shown, the highest ${highest}`
  );
}

function scaleText({ routes, writeSeconds, settleSeconds, unreachable, unreachableAtEnd, steady, burst }: ScaleResult): string {
  return (
    `route scale: ${routes} routes written in ${seconds(writeSeconds)}, answering ${seconds(settleSeconds)} later; unreachable ${unreachable}, ` +
    `at the end ${unreachableAtEnd}\n` +
    `  steady: ${steady.routeChanges} routes and ${steady.endpointChanges} EndpointSlices changed in ${seconds(steady.wallSeconds)}; ` +
    `controller ${cores(steady, 'controller')} cores, proxy ${cores(steady, 'proxy')}\n` +
    `  burst: ${burst.routeChanges} routes changed in ${seconds(burst.wallSeconds)}; CPU per change: ` +
    `controller ${perChange(burst, 'controller')} ms, proxy ${perChange(burst, 'proxy')} ms`
  );
}

function restartText({ proxy, controller }: RestartResult): string {
  return (
    `restart: proxy ready after ${seconds(proxy.readySeconds)}, then answered ${countsOf(proxy.answers)}\n` +
    `  controller synced after ${seconds(controller.syncedSeconds)}, its first change took ${ms(controller.firstChangeMs)} ms; meanwhile the proxy answered ${countsOf(controller.answers)}, ` +
    `in ${ms(controller.latencyMs.p50)} ms (p99 ${ms(controller.latencyMs.p99)}, max ${ms(controller.latencyMs.max)})`
  );
}

function expenseTable({ probeAlone, probeAmongMany, attached, scale, restart }: PropagationResult): string {
  const all: readonly (readonly [string, Expense | undefined])[] = [
    ['probes alone', probeAlone?.expense],
    ['attached routes', attached?.expense],
    ['build-up', scale?.buildUp],
    ['steady', scale?.steady],
    ['burst', scale?.burst],
    ['probes while changing', scale?.probesMeanwhile.expense],
    ['probes among many', probeAmongMany?.expense],
    ['restart of the proxy', restart?.proxy.expense],
    ['restart of the controller', restart?.controller.expense],
  ];
  const rows = all.flatMap(([title, expense]) => (expense === undefined ? [] : [[title, ...expenseCells(expense)]]));
  if (rows.length === 0) return '';
  const header = [
    'cost',
    'wall s',
    'controller CPU s',
    'RSS MiB',
    'PSS',
    'proxy CPU s',
    'RSS MiB',
    'PSS',
    'API server CPU s',
    'pushes',
    'statuses',
  ];
  return alignColumns([header, ...rows]);
}

function expenseCells({ wallSeconds, controller, proxy, apiServerCpuSeconds, pushes, statusWrites }: Expense): readonly string[] {
  const of = ({ cpuSeconds, residentMiB, proportionalMiB }: Expense['proxy']): readonly string[] => [
    cpuSeconds.toFixed(2),
    residentMiB.toFixed(0),
    proportionalMiB.toFixed(0),
  ];
  const written = Object.entries(statusWrites).map(([what, count]) => `${what} ${count}`);
  return [
    wallSeconds.toFixed(1),
    ...of(controller),
    ...of(proxy),
    apiServerCpuSeconds.toFixed(2),
    pushes === null ? '-' : countsOf(pushes),
    written.join(', ') || '0',
  ];
}

function cells({ count, mean, p50, p99, max }: Distribution): readonly string[] {
  return [String(count), ms(mean), ms(p50), ms(p99), ms(max)];
}

function errorsOf(errors: Readonly<Record<string, number>>): string {
  return Object.keys(errors).length === 0 ? '0' : countsOf(errors);
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const shown = Object.entries(counts).map(([key, count]) => `${key === '0' ? 'broken' : key} ${count}`);
  return shown.join(', ') || 'nothing';
}

function cores(expense: Expense, name: 'controller' | 'proxy'): string {
  return (expense[name].cpuSeconds / expense.wallSeconds).toFixed(3);
}

function perChange(expense: ScaleResult['burst'], name: 'controller' | 'proxy'): string {
  return ((expense[name].cpuSeconds / expense.routeChanges) * 1000).toFixed(1);
}

function ms(value: number): string {
  return value.toFixed(1);
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
