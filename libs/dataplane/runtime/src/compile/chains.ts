import type { PluginEntity } from '@gibbon/contracts/entities';
import type { ChainStep, PluginChain, PluginInstance } from '../snapshot.ts';

/** A plugin entity that can run, with what it applies to. */
export interface ScopedPlugin {
  readonly entity: PluginEntity;
  readonly instance: PluginInstance;
  readonly priority: number;
}

/** The chain without plugins. */
export const EMPTY_CHAIN: PluginChain = Object.freeze({ access: null, headerFilter: null, bodyFilter: null, log: null, steps: null });

/** How specific a configuration is; lower wins. @see https://developer.konghq.com/gateway/entities/plugin/#plugin-precedence */
const RANK_ROUTE_SERVICE_CONSUMER = 1;
const RANK_ROUTE_CONSUMER = 2;
const RANK_SERVICE_CONSUMER = 3;
const RANK_ROUTE_SERVICE = 4;
const RANK_CONSUMER = 5;
const RANK_ROUTE = 6;
const RANK_SERVICE = 7;
const RANK_GLOBAL = 8;

/**
 * Resolves the plugins of a route: for each plugin name the most specific configuration, in order of priority.
 * @param candidates plugins whose route and service, where set, are those of the route; in any order.
 */
export function resolveChain(candidates: readonly ScopedPlugin[]): PluginChain {
  if (candidates.length === 0) return EMPTY_CHAIN;
  const byName = new Map<string, ScopedPlugin[]>();
  for (const candidate of candidates) {
    const same = byName.get(candidate.entity.name);
    if (same === undefined) byName.set(candidate.entity.name, [candidate]);
    else same.push(candidate);
  }
  const named = [...byName.values()].sort((a, b) => comparePlugins(a[0] as ScopedPlugin, b[0] as ScopedPlugin));
  const steps = named.map(resolveStep);
  if (steps.some((step) => step.byConsumer !== null)) return { ...EMPTY_CHAIN, steps };
  return staticChain(steps.flatMap((step) => (step.fallback === null ? [] : [step.fallback])));
}

/** Instances of one phase, in order; `null` when none has the phase. */
export function withPhase(instances: readonly PluginInstance[], phase: keyof PluginInstance['handler']): readonly PluginInstance[] | null {
  const having = instances.filter((instance) => instance.handler[phase] !== undefined);
  return having.length === 0 ? null : having;
}

/** Higher priority first; equal priorities by name, descending. */
export function comparePlugins(a: ScopedPlugin, b: ScopedPlugin): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.entity.name < b.entity.name ? 1 : a.entity.name > b.entity.name ? -1 : 0;
}

function staticChain(instances: readonly PluginInstance[]): PluginChain {
  return {
    access: withPhase(instances, 'access'),
    headerFilter: withPhase(instances, 'headerFilter'),
    bodyFilter: withPhase(instances, 'bodyFilter'),
    log: withPhase(instances, 'log'),
    steps: null,
  };
}

function resolveStep(candidates: readonly ScopedPlugin[]): ChainStep {
  let fallback: ScopedPlugin | null = null;
  const best = new Map<string, ScopedPlugin>();
  for (const candidate of candidates) {
    const consumer = candidate.entity.consumer?.id;
    if (consumer === undefined) {
      if (fallback === null || rank(candidate) < rank(fallback)) fallback = candidate;
    } else {
      const known = best.get(consumer);
      if (known === undefined || rank(candidate) < rank(known)) best.set(consumer, candidate);
    }
  }
  const byConsumer = new Map<string, PluginInstance>();
  for (const [consumer, candidate] of best) {
    // Route and service together outrank a consumer alone.
    if (fallback === null || rank(candidate) < rank(fallback)) byConsumer.set(consumer, candidate.instance);
  }
  return { fallback: fallback?.instance ?? null, byConsumer: byConsumer.size === 0 ? null : byConsumer };
}

function rank({ entity }: ScopedPlugin): number {
  const { route, service, consumer } = entity;
  if (consumer !== null) {
    if (route !== null) return service !== null ? RANK_ROUTE_SERVICE_CONSUMER : RANK_ROUTE_CONSUMER;
    return service !== null ? RANK_SERVICE_CONSUMER : RANK_CONSUMER;
  }
  if (route !== null) return service !== null ? RANK_ROUTE_SERVICE : RANK_ROUTE;
  return service !== null ? RANK_SERVICE : RANK_GLOBAL;
}
