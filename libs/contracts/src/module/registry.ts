import { createToken, type Token } from './token.ts';
import type { EntityBase } from '../entities/index.ts';
import type { ModuleDefinition, ModuleKinds } from './definition.ts';
import type { Scope } from './scope.ts';

/** One problem in a configuration. */
export interface ConfigProblem {
  /** Dotted path from the root of the configuration, 1-based for array elements as Kong counts; empty for the root. */
  readonly path: string;
  /** What is wrong and what would be right, e.g. `expected an integer`. */
  readonly message: string;
}

/** Result of checking a raw configuration against a module's schema. */
export type ConfigResult<C = unknown> =
  | { readonly ok: true; readonly config: C }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * The modules of this process, by kind and name: how the runtime finds a balancer or a plugin without naming any.
 * Read-only after boot.
 */
export interface Modules {
  /** The definition of `<kind>.<name>`, or `null`. */
  find<K extends keyof ModuleKinds>(kind: K, name: string): ModuleDefinition<K> | null;
  /** All definitions of a kind, in order of registration. */
  list<K extends keyof ModuleKinds>(kind: K): readonly ModuleDefinition<K>[];
  /** Checks a raw configuration by the schema, then by the definition's `check`: defaults applied and frozen, or every problem at once. Never throws. */
  validate(definition: ModuleDefinition, raw: unknown): ConfigResult;
  /**
   * Makes an instance that lives as long as `scope`.
   * @param config as {@link Modules.validate} returned it.
   * @param entity what the instance serves, see `CreateContext.entity`.
   * @throws GatewayError `GW_MODULE_CREATE` when `create` throws; what it had opened is released.
   */
  create<K extends keyof ModuleKinds>(definition: ModuleDefinition<K>, config: unknown, scope: Scope, entity?: EntityBase): ModuleKinds[K];
}

/** The {@link Modules} of this process. */
export const MODULES: Token<Modules> = createToken<Modules>('gibbon/modules@1');
