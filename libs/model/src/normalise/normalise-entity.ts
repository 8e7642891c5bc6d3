import type { EntityType, EntityTypes } from '@gibbon/contracts/entities';
import type { PluginCatalog } from '../plugins/catalog.ts';

/** One problem of one entity. */
export interface EntityProblem {
  /** Dotted path in the entity, 1-based for array elements (`paths.2`); empty for the entity as a whole. */
  readonly path: string;
  /** Kong's message. */
  readonly message: string;
}

/** What {@link normaliseEntity} may be told. */
export interface NormaliseOptions {
  /** Needed for `plugins` only; default: every plugin is accepted with its configuration as it is. */
  readonly plugins?: PluginCatalog;
  /** Whether `expression` and `priority` of routes may be set; default `traditional_compatible`. */
  readonly routerFlavor?: 'traditional' | 'traditional_compatible' | 'expressions';
}

/** A complete entity, or everything that is wrong with the input. */
export type NormaliseResult<T extends EntityType> =
  | { readonly ok: true; readonly entity: EntityTypes[T] }
  | { readonly ok: false; readonly problems: readonly EntityProblem[] };

/**
 * Completes and checks one entity by Kong's rules: defaults, shorthands (`url` of services), sets without duplicates, and
 * the deterministic id where the input has none. References are `{ id }`; whether they exist is not checked here.
 * The result is frozen; the input is not changed. Called once per entity and change.
 * @example normaliseEntity('services', { name: 'web', url: 'http://web.internal/api' })
 */
export function normaliseEntity<T extends EntityType>(type: T, input: unknown, options?: NormaliseOptions): NormaliseResult<T> {
  throw new Error(`not written yet: ${[type, input, options].length}`);
}
