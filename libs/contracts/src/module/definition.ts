import type { Balancer, BalancerTraits } from '../balancer/index.ts';
import type { ActiveHealthCheck, HealthTraits, PassiveHealthCheck } from '../health/index.ts';
import type { PluginHandler, PluginTraits } from '../plugin/index.ts';
import type { Publisher } from '../publisher/index.ts';
import type { ResourceSet } from '../resource/index.ts';
import type { EntityBase } from '../entities/index.ts';
import type { Source } from '../source/index.ts';
import type { Translator } from '../translator/index.ts';
import type { ConfigProblem } from './registry.ts';
import type { Scope } from './scope.ts';
import type { Dependencies, DependenciesOf } from './token.ts';

declare const configType: unique symbol;

/**
 * A plain JSON Schema (draft 2020-12) of an object, with the TypeScript type that it describes.
 * Every property has a `description`, and a `default` or a place in `required`; unknown keys are errors.
 * Any builder works; in this repository `@gibbon/schema` makes them.
 */
export interface ConfigSchema<C> {
  readonly [keyword: string]: unknown;
  readonly [configType]?: C;
}

/** What `create` returns, by module kind. Third parties add kinds by module augmentation. */
export interface ModuleKinds {
  balancer: Balancer;
  health: ActiveHealthCheck | PassiveHealthCheck;
  plugin: PluginHandler;
  publisher: Publisher;
  resource: ResourceSet;
  source: Source;
  translator: Translator;
}

/** Static facts beside the configuration, by module kind; `object` where a kind has none. */
export interface ModuleTraits {
  balancer: BalancerTraits;
  health: HealthTraits;
  plugin: PluginTraits;
  publisher: object;
  resource: object;
  source: object;
  translator: object;
}

/** What `create` receives. */
export interface CreateContext<C, D extends Dependencies> {
  /** Validated, defaults applied, frozen. */
  readonly config: C;
  readonly deps: DependenciesOf<D>;
  /** Ends when the instance is no longer used. */
  readonly scope: Scope;
  /** The entity that this instance serves: the plugin entity for plugins; absent where a module serves none. */
  readonly entity?: EntityBase;
}

/** A replaceable part of Gibbon: data, and one function that makes an instance. */
export interface ModuleDefinition<K extends keyof ModuleKinds = keyof ModuleKinds, C = unknown, D extends Dependencies = Dependencies> {
  readonly $$type: 'gibbon/Module';
  /** Major version of this contract. */
  readonly api: 1;
  readonly kind: K;
  /** `<kind>.<name>`; for plugins and balancers the name is Kong's (`plugin.key-auth`, `balancer.round-robin`). */
  readonly id: `${K}.${string}`;
  /** One sentence for `--list-modules` and the reference. */
  readonly summary: string;
  readonly config: ConfigSchema<C>;
  /**
   * What the schema cannot say: rules between fields, texts that must compile. Called with a configuration that the
   * schema accepts; pure. @returns every problem, empty when there is none.
   */
  check?(config: C): readonly ConfigProblem[];
  readonly requires: D;
  readonly traits: ModuleTraits[K];
  /**
   * Makes one instance: cheap, synchronous, opens nothing that it does not hand to `scope`.
   * Called once per boot for sources, resources, translators and publishers; once per upstream for balancers and
   * health checks; once per plugin entity (per distinct configuration) for plugins.
   */
  create(context: CreateContext<C, D>): ModuleKinds[K];
}

/** A definition of any kind, configuration and dependencies, as lists hold them. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential type: a list holds definitions of all configurations.
export type AnyModule = { [K in keyof ModuleKinds]: ModuleDefinition<K, any, any> }[keyof ModuleKinds];

/**
 * Declares a module. Infers the types of `config` and `deps` and rejects an id of another kind.
 * @example
 * export default defineModule({
 *   kind: 'balancer', id: 'balancer.first', summary: 'Always the first available peer.',
 *   config: schema(Type.Object({})), requires: {}, traits: {},
 *   create: () => new First(),
 * });
 */
export function defineModule<K extends keyof ModuleKinds, C, D extends Dependencies>(
  definition: Omit<ModuleDefinition<K, C, D>, '$$type' | 'api'>,
): ModuleDefinition<K, C, D> {
  return { ...definition, $$type: 'gibbon/Module', api: 1 };
}
