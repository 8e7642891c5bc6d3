import type { EntityType, EntityTypes } from '@gibbon/contracts/entities';
import type { EntityContext, EntityProblem } from '../entities/definition.ts';
import { KONG_ALGORITHMS } from '../entities/upstreams.ts';
import { ANY_PLUGIN, type PluginCatalog } from '../plugins/catalog.ts';
import { complete } from './complete.ts';

/** What {@link normaliseEntity} may be told. */
export interface NormaliseOptions {
  /** Needed for `plugins` only; default: every plugin is accepted with its configuration as it is. */
  readonly plugins?: PluginCatalog;
  /** Whether `expression` and `priority` of routes may be set; default `traditional_compatible`. */
  readonly routerFlavor?: EntityContext['routerFlavor'];
  /** Algorithms that upstreams may name; default Kong's four. */
  readonly algorithms?: readonly string[];
  /** Wall clock for the expiry of certificate authorities, milliseconds; default the system's. */
  readonly now?: () => number;
}

/** A complete entity, or everything that is wrong with the input. */
export type NormaliseResult<T extends EntityType> =
  | { readonly ok: true; readonly entity: EntityTypes[T] }
  | { readonly ok: false; readonly problems: readonly EntityProblem[] };

/**
 * Completes and checks one entity by Kong's rules: defaults, shorthands (`url` of services), sets without duplicates, and
 * the deterministic id where the input has none. References are `{ id }` or the id as text; whether they exist is not
 * checked here. The result is frozen; the input is not changed. Called once per entity and change.
 * Keys of consumers (`keyauth_credentials`) must come with an id: nothing that may be told to others identifies them.
 * @example normaliseEntity('services', { name: 'web', url: 'http://web.internal/api' })
 */
export function normaliseEntity<T extends EntityType>(type: T, input: unknown, options: NormaliseOptions = {}): NormaliseResult<T> {
  const { entity, problems } = complete(type, input, { context: contextOf(options), named: false, count: first });
  if (entity === null) return { ok: false, problems };
  if (type === 'keyauth_credentials' && (input as { id?: unknown }).id == null) return { ok: false, problems: [NO_ID] };
  return { ok: true, entity: entity as EntityTypes[T] };
}

const NO_ID: EntityProblem = { path: 'id', message: 'required field missing', scope: 'field' };

/** Fills in what the caller left out. */
export function contextOf({ plugins, routerFlavor, algorithms, now }: NormaliseOptions): EntityContext {
  return {
    plugins: plugins ?? ANY_PLUGIN,
    routerFlavor: routerFlavor ?? 'traditional_compatible',
    algorithms: algorithms ?? KONG_ALGORITHMS,
    now: now ?? Date.now,
  };
}

function first(): number {
  return 0;
}
