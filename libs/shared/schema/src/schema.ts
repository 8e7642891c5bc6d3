import type { ConfigSchema } from '@gibbon/contracts/module';
import type { Static, TSchema } from 'typebox';
import { deepFreeze } from './freeze.ts';

/** A type with everything in it read-only, as validated configurations are frozen. */
export type Frozen<T> = T extends (infer E)[] ? readonly Frozen<E>[] : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The configuration type that a schema of `Type` describes. */
export type ConfigOf<S extends TSchema> = Frozen<Static<S>>;

/**
 * Makes a module's configuration schema from a builder's: plain, frozen JSON Schema that carries its type.
 * @example
 * const config = schema(Type.Object({
 *   minute: Nullable(Type.Integer({ minimum: 1, description: 'Requests per minute.' })),
 * }));
 */
export function schema<S extends TSchema>(type: S): ConfigSchema<ConfigOf<S>> {
  return deepFreeze(structuredClone(type)) as unknown as ConfigSchema<ConfigOf<S>>;
}
