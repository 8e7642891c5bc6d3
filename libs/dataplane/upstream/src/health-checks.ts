import type { Upstream } from '@gibbon/contracts/entities';
import type { ActiveHealthCheck, PassiveHealthCheck } from '@gibbon/contracts/health';
import type { Disposable, ModuleDefinition, Modules, Scope } from '@gibbon/contracts/module';
import { selectDeclared } from './declared-config.ts';
import type { HealthLimits } from './health-word.ts';
import { makeInstance, type ReportProblem } from './module-instance.ts';

/** Active checks of an upstream. */
export interface ActiveChecks {
  readonly check: ActiveHealthCheck;
  readonly limits: HealthLimits;
  /** Between probes of targets that are available, and of those that are not; 0 = none. Milliseconds. */
  readonly availableIntervalMs: number;
  readonly unavailableIntervalMs: number;
  /** Probes at the same time. */
  readonly concurrency: number;
}

/** Health checks of an upstream. */
export interface UpstreamChecks extends Disposable {
  /** Only in the thread that probes. */
  readonly active: ActiveChecks | null;
  readonly passive: { readonly check: PassiveHealthCheck; readonly limits: HealthLimits } | null;
  /** Equal identities need no new checks. */
  readonly identity: string;
}

/** What tells one set of checks from another. */
export function checksIdentity({ healthchecks, host_header }: Upstream): string {
  return JSON.stringify([healthchecks.active, healthchecks.passive, host_header]);
}

/**
 * Whether the health of an upstream's targets is kept at all: when it is probed, or when failures of traffic count.
 * @see https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/
 */
export function isChecked({ healthchecks: { active, passive } }: Upstream): boolean {
  const { tcp_failures, timeouts, http_failures } = passive.unhealthy;
  return isProbed(active) || tcp_failures > 0 || timeouts > 0 || http_failures > 0;
}

/** Whether targets are probed. Kong probes TCP for streams only. */
function isProbed({ type, healthy, unhealthy }: Upstream['healthchecks']['active']): boolean {
  return type !== 'tcp' && (healthy.interval > 0 || unhealthy.interval > 0);
}

/** Makes an upstream's checks; what has no module or is wrong is reported and does without. */
export function createChecks(context: ProbeContext, upstream: Upstream, report: ReportProblem): UpstreamChecks {
  const made: Disposable[] = [];
  const active = createActive(context, upstream, made, report);
  const passive = createPassive(context, upstream, made, report);
  return {
    active,
    passive,
    identity: checksIdentity(upstream),
    dispose: async () => {
      await Promise.all(made.map((each) => each.dispose()));
    },
  };
}

/** Threads that do not probe say what is wrong all the same: which thread's problems are shown is not decided here. */
function createActive(context: ProbeContext, upstream: Upstream, made: Disposable[], report: ReportProblem): ActiveChecks | null {
  const { active } = upstream.healthchecks;
  if (!isProbed(active)) return null;
  const definition = findCheck(context.modules, 'active', active.type);
  if (definition === null) {
    report('healthchecks.active.type', `no health check of this build probes "${active.type}"`);
    return null;
  }
  const raw = selectDeclared(definition.config, { ...active, host_header: upstream.host_header });
  const reportActive: ReportProblem = (path, message) => report(activeField(path), message);
  if (!context.probe) {
    const checked = context.modules.validate(definition, raw);
    if (!checked.ok) for (const { path, message } of checked.problems) reportActive(path, message);
    return null;
  }
  const instance = makeInstance(context, definition, raw, reportActive);
  if (instance === null) return null;
  made.push(instance);
  return {
    check: instance.instance as ActiveHealthCheck,
    limits: limitsOf(active),
    availableIntervalMs: active.healthy.interval * 1000,
    unavailableIntervalMs: active.unhealthy.interval * 1000,
    concurrency: active.concurrency,
  };
}

function createPassive(context: Context, upstream: Upstream, made: Disposable[], report: ReportProblem): UpstreamChecks['passive'] {
  const { passive } = upstream.healthchecks;
  const limits = limitsOf(passive);
  if (Object.values(limits).every((limit) => limit === 0)) return null;
  const definition = findCheck(context.modules, 'passive', passive.type);
  if (definition === null) {
    report('healthchecks.passive.type', `no health check of this build judges "${passive.type}"`);
    return null;
  }
  const raw = selectDeclared(definition.config, { ...passive });
  const instance = makeInstance(context, definition, raw, (path, message) => report(`healthchecks.passive.${path}`, message));
  if (instance === null) return null;
  made.push(instance);
  return { check: instance.instance as PassiveHealthCheck, limits };
}

interface Context {
  readonly modules: Modules;
  readonly scope: Scope;
}

interface ProbeContext extends Context {
  readonly probe: boolean;
}

function findCheck(modules: Modules, mode: 'active' | 'passive', type: string): ModuleDefinition<'health'> | null {
  return modules.list('health').find(({ traits }) => traits.mode === mode && traits.types.includes(type)) ?? null;
}

function limitsOf(checks: Upstream['healthchecks']['active'] | Upstream['healthchecks']['passive']): HealthLimits {
  const { tcp_failures, http_failures, timeouts } = checks.unhealthy;
  return { successes: checks.healthy.successes, tcpFailures: tcp_failures, httpFailures: http_failures, timeouts };
}

function activeField(path: string): string {
  return path === 'host_header' ? path : `healthchecks.active.${path}`;
}
