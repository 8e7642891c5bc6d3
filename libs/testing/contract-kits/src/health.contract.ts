import type { ActiveHealthCheck, HealthReport, PassiveHealthCheck, ProbeTarget } from '@gibbon/contracts/health';
import type { ModuleDefinition, Token } from '@gibbon/contracts/module';
import { compileSchema } from '@gibbon/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { itDescribesItself, itKeepsItsConfiguration } from './module-declaration.ts';
import { TestScope } from './test-scope.ts';
import { TestServices } from './test-services.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A target in a certain condition, and what a probe must say of it. */
export interface ProbeCase {
  readonly name: string;
  readonly config?: Raw;
  /** Prepares the target. */
  target(): Promise<ProbeTarget>;
  /** Goes on beside the probe, e.g. lets time pass once the probe has arrived. */
  during?(): Promise<void>;
  readonly report: HealthReport;
}

/** What an attempt on proxied traffic was, and what a passive check must say of it. */
export interface ClassifyCase {
  readonly config?: Raw;
  readonly status: number;
  readonly failure: 'none' | 'connect' | 'timeout';
  readonly report: HealthReport;
}

/** What {@link describeHealthCheck} is told about a health check. */
export interface HealthSuite {
  // oxlint-disable-next-line typescript/no-explicit-any -- existential type: a suite takes checks of all configurations.
  readonly definition: ModuleDefinition<'health', any, any>;
  /** Configurations that are right, the smallest first. Default `[{}]`. */
  readonly configs?: readonly Raw[];
  /** Services beside clock, random, counters, metrics and logger. */
  services?(): Iterable<readonly [Token<unknown>, unknown]>;
  /** For active checks: at least one that succeeds and one that fails. */
  readonly probes?: readonly ProbeCase[];
  /** For active checks: a target that never answers. */
  silent?(): Promise<ProbeTarget>;
  /** For passive checks. */
  readonly classifications?: readonly ClassifyCase[];
}

const REPORTS: readonly HealthReport[] = ['success', 'http_failure', 'tcp_failure', 'timeout', 'ignore'];

/** Runs the contract suite that every health check must pass. */
export function describeHealthCheck(suite: HealthSuite): void {
  const { definition } = suite;
  const scopes: { readonly scope: TestScope; readonly services: TestServices }[] = [];
  const make = (raw: Raw): ActiveHealthCheck | PassiveHealthCheck => {
    const services = new TestServices(suite.services?.());
    const scope = new TestScope();
    scopes.push({ scope, services });
    const checked = compileSchema(definition.config)(raw);
    if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    return definition.create({ config: checked.config, deps: services.resolve(definition.requires), scope });
  };

  describe(`contract of ${definition.id}`, () => {
    afterEach(async () => {
      for (const { scope, services } of scopes.splice(0)) {
        await scope.dispose();
        expect(scope.size, 'things left in the scope').toBe(0);
        expect(services.clock.pending, 'timers left').toBe(0);
      }
    });
    itDescribesItself(definition);
    itKeepsItsConfiguration(definition, suite.configs ?? [{}]);
    it('boots with its defaults, in the mode that it declares, for at least one type', () => {
      expect(make({}).mode).toBe(definition.traits.mode);
      expect(definition.traits.types.length).toBeGreaterThan(0);
    });
    if (definition.traits.mode === 'active') describeActive(suite, (raw) => make(raw) as ActiveHealthCheck);
    else describePassive(suite, (raw) => make(raw) as PassiveHealthCheck);
  });
}

function describeActive(suite: HealthSuite, make: (raw: Raw) => ActiveHealthCheck): void {
  const probes = suite.probes ?? [];
  it('is shown both to succeed and to fail', () => {
    expect(probes.some(({ report }) => report === 'success')).toBe(true);
    expect(probes.some(({ report }) => report !== 'success' && report !== 'ignore')).toBe(true);
  });

  for (const each of probes) {
    it(`says ${each.report} of ${each.name}`, async () => {
      const check = make(each.config ?? {});
      const probe = check.probe(await each.target(), new AbortController().signal);
      await each.during?.();
      expect(await probe).toBe(each.report);
    });
  }

  it('ends early when it is aborted, without rejecting', async () => {
    const target = await suite.silent?.();
    if (target === undefined) throw new Error('the suite needs a silent target');
    const check = make({});
    const during = new AbortController();
    const probe = check.probe(target, during.signal);
    during.abort();
    expect(REPORTS).toContain(await probe);
    expect(REPORTS).toContain(await check.probe(target, AbortSignal.abort()));
  });
}

function describePassive(suite: HealthSuite, make: (raw: Raw) => PassiveHealthCheck): void {
  const cases = suite.classifications ?? [];
  it('is shown both to approve and to object', () => {
    expect(cases.some(({ report }) => report === 'success')).toBe(true);
    expect(cases.some(({ report }) => report !== 'success' && report !== 'ignore')).toBe(true);
  });

  it.each(cases)('says $report of status $status with failure $failure ($config)', ({ config, status, failure, report }) => {
    expect(make(config ?? {}).classify(status, failure)).toBe(report);
  });

  it('has an answer for everything, always the same', () => {
    const check = make({});
    for (const failure of ['none', 'connect', 'timeout'] as const) {
      for (let status = 0; status < 1000; status++) {
        const report = check.classify(status, failure);
        expect(REPORTS).toContain(report);
        expect(check.classify(status, failure)).toBe(report);
      }
    }
  });
}
