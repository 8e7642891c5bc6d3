import type { PluginEntity } from '@gibbon/contracts/entities';
import type { ConfigProblem, ConfigResult, ModuleDefinition, Token } from '@gibbon/contracts/module';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import { compileSchema } from '@gibbon/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { HOSTILE_REQUESTS } from './hostile-requests.ts';
import { runPlugins, type TestOutcome, type TestResponse } from './run-plugins.ts';
import { recordPaths, schemaProblems } from './schema-walk.ts';
import { createTestExchange, type TestRequest } from './test-exchange.ts';
import { TestScope } from './test-scope.ts';
import { TestServices } from './test-services.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What {@link describePlugin} is told about a plugin. */
export interface PluginSuite {
  // oxlint-disable-next-line typescript/no-explicit-any -- existential type: a suite takes plugins of all configurations.
  readonly definition: ModuleDefinition<'plugin', any, any>;
  /** Configurations that are right, the smallest first; each goes through every case. Default `[{}]`. */
  readonly configs?: readonly Raw[];
  /** Configurations that are wrong, with every problem that must be reported. */
  readonly invalid?: readonly { readonly config: Raw; readonly problems: readonly ConfigProblem[] }[];
  /** Services beside clock, random, counters, metrics and logger. */
  readonly services?: Iterable<readonly [Token<unknown>, unknown]>;
}

/** Checks a raw configuration as the gateway does: schema first, then the plugin's own `check`. */
export function validatePlugin(definition: PluginSuite['definition'], raw: unknown): ConfigResult {
  const result = compileSchema(definition.config)(raw);
  if (!result.ok || definition.check === undefined) return result;
  const problems = definition.check(result.config);
  return problems.length === 0 ? result : { ok: false, problems };
}

/** One instance of a plugin with services of its own. */
export interface TestPlugin {
  readonly handler: PluginHandler;
  readonly services: TestServices;
  readonly scope: TestScope;
  /** Takes one request through all phases. */
  run(request?: TestRequest, response?: TestResponse): Promise<TestOutcome>;
}

/** Makes a plugin instance for tests. @throws Error with every problem of the configuration. */
export function createTestPlugin(
  definition: PluginSuite['definition'],
  raw: unknown = {},
  options: { readonly services?: TestServices; readonly entity?: PluginEntity } = {},
): TestPlugin {
  const checked = validatePlugin(definition, raw);
  if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const services = options.services ?? new TestServices();
  const scope = new TestScope();
  const deps = services.resolve(definition.requires as Record<string, unknown>);
  const handler = definition.create({
    config: checked.config,
    deps,
    scope,
    ...(options.entity !== undefined && { entity: options.entity }),
  });
  return { handler, services, scope, run: (request, response) => runPlugins([handler], createTestExchange(request), response) };
}

/** The contract of plugins. Every plugin of the gateway runs it, and third parties do too. */
export function describePlugin(suite: PluginSuite): void {
  const { definition } = suite;
  const configs = suite.configs ?? [{}];
  const services = (): TestServices => new TestServices(suite.services);

  describe(`contract of ${definition.id}`, () => {
    describeDeclaration(definition);
    describeConfiguration(suite, configs);
    configs.forEach((config, index) => describe(`with configuration ${index + 1}`, () => describeBehaviour(definition, config, services)));
  });
}

function describeDeclaration(definition: PluginSuite['definition']): void {
  it('says what it is', () => {
    expect(definition.$$type).toBe('gibbon/Module');
    expect(definition.id).toMatch(/^plugin\.[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(definition.summary).toMatch(/^[A-Z].{8,}\.$/);
    expect(definition.traits.priority).toSatisfy(Number.isInteger);
    expect(definition.traits.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('describes every option, and gives a default or requires it', () => {
    expect(schemaProblems(definition.config)).toEqual([]);
  });
}

function describeConfiguration(suite: PluginSuite, configs: readonly Raw[]): void {
  const { definition } = suite;

  it.each(configs)('completes its configuration, frozen, and takes the result again: %j', (config) => {
    const checked = validatePlugin(definition, config);
    expect(checked).toMatchObject({ ok: true });
    const complete = (checked as { config: Raw }).config;
    expect(deepFrozen(complete)).toBe(true);
    expect(validatePlugin(definition, JSON.parse(JSON.stringify(complete)))).toEqual({ ok: true, config: complete });
  });

  it.each(recordPaths(definition.config).map((path) => [path.join('.'), path] as const))(
    'refuses an unknown key in config %s',
    (_, path) => {
      const raw = structuredClone(configs[0]!) as Record<string, unknown>;
      let record = raw;
      for (const key of path) record = (record[key] ??= {}) as Record<string, unknown>;
      record['no_such_option'] = 1;
      const result = validatePlugin(definition, raw);
      expect(result.ok ? [] : result.problems).toContainEqual(
        expect.objectContaining({ path: [...path, 'no_such_option'].join('.'), message: 'unknown field' }),
      );
    },
  );

  for (const { config, problems } of suite.invalid ?? []) {
    it(`refuses ${JSON.stringify(config)}`, () => {
      const result = validatePlugin(definition, config);
      const found = result.ok ? [] : result.problems.map(({ path, message }) => ({ path, message }));
      expect(found).toEqual(problems);
    });
  }
}

function describeBehaviour(definition: PluginSuite['definition'], config: Raw, services: () => TestServices): void {
  const scopes: TestScope[] = [];
  const make = (): TestPlugin => {
    const plugin = createTestPlugin(definition, config, { services: services() });
    scopes.push(plugin.scope);
    return plugin;
  };
  afterEach(async () => {
    await Promise.all(scopes.splice(0).map((scope) => scope.dispose()));
  });

  it('boots alone and takes a plain request through every phase', async () => {
    const outcome = await make().run();
    expect(outcome.status).toBeGreaterThanOrEqual(200);
    expect(outcome.status).toBeLessThan(600);
  });

  it('survives being asked for phases that were preceded by none', () => {
    const { handler } = make();
    const exchange = createTestExchange({ route: null, service: null });
    exchange.responseStatus = 404;
    exchange.responseSource = 'error';
    handler.headerFilter?.(exchange);
    handler.bodyFilter?.(exchange, new Uint8Array(0), true);
    handler.log?.(exchange);
  });

  it.each(Object.keys(HOSTILE_REQUESTS))('survives %s', async (name) => {
    const { handler } = make();
    const exchange = createTestExchange(HOSTILE_REQUESTS[name]);
    const fields = Object.keys(exchange);
    const response = { headers: ['Content-Type', 'application/json'], chunks: ['{"a":', '[1', new Uint8Array([0xff]), ''] };
    const outcome = await runPlugins([handler], exchange, response);
    expect(outcome.status).toBeGreaterThanOrEqual(200);
    expect(outcome.status).toBeLessThan(500);
    expect(Object.keys(exchange)).toEqual(fields);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('keeps no state that another instance sees', async () => {
    const used = make();
    const first = await used.run();
    for (let n = 0; n < 5; n += 1) await used.run({ headers: ['Origin', `http://${n}.test`] });
    expect(await make().run()).toEqual(first);
  });

  it('releases what it opened', async () => {
    const plugin = make();
    await plugin.run();
    await plugin.scope.dispose();
    expect(plugin.scope.size).toBe(0);
    expect(plugin.services.clock.pending).toBe(0);
  });
}

function deepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deepFrozen);
}
