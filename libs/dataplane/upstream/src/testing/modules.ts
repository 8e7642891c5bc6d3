import type { Balancer, Peer, PickContext } from '@gibbon/contracts/balancer';
import type { Target, Upstream } from '@gibbon/contracts/entities';
import type { ActiveHealthCheck, HealthReport, PassiveHealthCheck, ProbeTarget } from '@gibbon/contracts/health';
import { type AnyModule, defineModule, type ModuleDefinition, type Modules } from '@gibbon/contracts/module';
import { compileSchema, schema, Type } from '@gibbon/schema';
import type { DnsAnswer, DnsClient } from '../dns-client.ts';

type HealthChecks = Upstream['healthchecks'];

/** An upstream with Kong's defaults. */
export function upstreamOf(id: string, fields: Partial<Omit<Upstream, 'healthchecks'>> = {}, checks: ChecksFields = {}): Upstream {
  return {
    id,
    name: id,
    tags: null,
    created_at: null,
    updated_at: null,
    algorithm: 'in-turn',
    hash_on: 'none',
    hash_fallback: 'none',
    hash_on_header: null,
    hash_fallback_header: null,
    hash_on_cookie: null,
    hash_on_cookie_path: '/',
    hash_on_query_arg: null,
    hash_fallback_query_arg: null,
    hash_on_uri_capture: null,
    hash_fallback_uri_capture: null,
    slots: 10_000,
    healthchecks: checksOf(checks),
    host_header: null,
    client_certificate: null,
    use_srv_name: false,
    balancer_config: null,
    ...fields,
  };
}

/** What tests vary of health checks. */
export interface ChecksFields {
  readonly threshold?: number;
  readonly active?: Partial<Omit<HealthChecks['active'], 'healthy' | 'unhealthy'>>;
  readonly activeHealthy?: Partial<HealthChecks['active']['healthy']>;
  readonly activeUnhealthy?: Partial<HealthChecks['active']['unhealthy']>;
  readonly passiveType?: HealthChecks['passive']['type'];
  readonly passiveHealthy?: Partial<HealthChecks['passive']['healthy']>;
  readonly passiveUnhealthy?: Partial<HealthChecks['passive']['unhealthy']>;
}

function checksOf(fields: ChecksFields): HealthChecks {
  const counts = { tcp_failures: 0, timeouts: 0, http_failures: 0 };
  return {
    threshold: fields.threshold ?? 0,
    active: {
      type: 'http',
      timeout: 1,
      concurrency: 10,
      http_path: '/',
      https_sni: null,
      https_verify_certificate: true,
      headers: null,
      ...fields.active,
      healthy: { interval: 0, http_statuses: [200], successes: 0, ...fields.activeHealthy },
      unhealthy: { interval: 0, http_statuses: [500], ...counts, ...fields.activeUnhealthy },
    },
    passive: {
      type: fields.passiveType ?? 'http',
      healthy: { http_statuses: [200], successes: 0, ...fields.passiveHealthy },
      unhealthy: { http_statuses: [500], ...counts, ...fields.passiveUnhealthy },
    },
  };
}

/** A target of an upstream. */
export function targetOf(id: string, upstream: string, target: string, weight = 100): Target {
  return { id, upstream: { id: upstream }, target, weight, tags: null, created_at: null, updated_at: null };
}

/** Takes peers strictly in turn and records what it is told. */
export class InTurn implements Balancer {
  readonly updates: (readonly Peer[])[] = [];
  readonly released: Peer[] = [];
  #next = 0;

  update(peers: readonly Peer[]): void {
    this.updates.push([...peers]);
  }

  pick(_context: PickContext): Peer | null {
    const peers = this.updates.at(-1) ?? [];
    return peers[this.#next++ % Math.max(1, peers.length)] ?? null;
  }

  release(peer: Peer): void {
    this.released.push(peer);
  }
}

/** A probe that answers what the test says, and records whom it was sent to. */
export class ScriptedProbe implements ActiveHealthCheck {
  readonly mode = 'active';
  readonly probed: ProbeTarget[] = [];
  readonly signals: AbortSignal[] = [];
  readonly reports = new Map<string, HealthReport>();
  /** When set, probes wait for it. */
  gate: Promise<void> | null = null;
  running = 0;
  mostRunning = 0;

  async probe(target: ProbeTarget, signal: AbortSignal): Promise<HealthReport> {
    this.probed.push(target);
    this.signals.push(signal);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await this.gate;
    this.running--;
    return this.reports.get(target.host) ?? 'success';
  }
}

const passiveCheck: PassiveHealthCheck = {
  mode: 'passive',
  classify: (status, failure) =>
    failure === 'connect' ? 'tcp_failure' : failure === 'timeout' ? 'timeout' : status >= 500 ? 'http_failure' : 'success',
};

/** Modules for tests: two balancers, a scripted active check, a passive check; with the instances that were made. */
export class TestModules implements Modules {
  readonly balancers: { readonly id: string; readonly config: unknown; readonly balancer: InTurn; disposed: boolean }[] = [];
  readonly probes: { readonly config: unknown; readonly probe: ScriptedProbe }[] = [];
  readonly #definitions: readonly AnyModule[] = [
    this.#balancer('round-robin', Type.Object({})),
    this.#balancer('in-turn', Type.Object({ slots: Type.Integer({ default: 10 }), speed: Type.Integer({ default: 1, maximum: 5 }) })),
    defineModule({
      kind: 'health',
      id: 'health.scripted',
      summary: 'Scripted.',
      requires: {},
      traits: { mode: 'active', types: ['http'] },
      config: schema(
        Type.Object({
          http_path: Type.String(),
          host_header: Type.Any(),
          healthy: Type.Object({ http_statuses: Type.Array(Type.Integer()) }),
        }),
      ),
      create: ({ config }) => {
        const probe = new ScriptedProbe();
        this.probes.push({ config, probe });
        return probe;
      },
    }),
    defineModule({
      kind: 'health',
      id: 'health.passive',
      summary: 'Passive.',
      requires: {},
      traits: { mode: 'passive', types: ['http'] },
      config: schema(Type.Object({})),
      create: () => passiveCheck,
    }),
  ];

  find: Modules['find'] = (kind, name) => (this.#definitions.find(({ id }) => id === `${kind}.${name}`) as never) ?? null;
  list: Modules['list'] = (kind) => this.#definitions.filter((definition) => definition.kind === kind) as never;
  validate: Modules['validate'] = (definition, raw) => compileSchema(definition.config)(raw);
  create: Modules['create'] = (definition, config, scope) => (definition as ModuleDefinition<never>).create({ config, deps: {}, scope });

  #balancer(name: string, config: ReturnType<typeof Type.Object>): AnyModule {
    const id = `balancer.${name}` as const;
    return defineModule({
      kind: 'balancer',
      id,
      summary: 'In turn.',
      config: schema(config),
      requires: {},
      traits: { usesHash: name === 'in-turn' },
      create: (context) => {
        const made = { id, config: context.config, balancer: new InTurn(), disposed: false };
        this.balancers.push(made);
        context.scope.own(() => {
          made.disposed = true;
        });
        return made.balancer;
      },
    });
  }
}

/** DNS that answers what the test says; `null` means that the name does not exist. */
export class ScriptedDns implements DnsClient {
  readonly answers = new Map<string, { readonly addresses: readonly string[]; readonly ttlMs?: number } | null>();
  readonly asked: string[] = [];

  async resolve(name: string): Promise<DnsAnswer> {
    this.asked.push(name);
    const answer = this.answers.get(name) ?? null;
    if (answer === null) throw Object.assign(new Error(`queryA ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
    return { addresses: answer.addresses, type: 'A', ttlMs: answer.ttlMs ?? 60_000 };
  }
}
