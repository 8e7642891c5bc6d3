import type { PluginEntity } from '@gibbon/contracts/entities';
import type { Disposable, Modules, Scope } from '@gibbon/contracts/module';
import type { ScopedPlugin } from './chains.ts';

/** Something in a configuration that cannot be used; the rest can. */
export interface CompileProblem {
  readonly type: 'plugins' | 'routes' | 'services' | 'upstreams' | 'targets' | 'certificates' | 'snis';
  /** Id of the entity. */
  readonly id: string;
  /** Dotted path in the entity, or empty. */
  readonly field: string;
  readonly message: string;
}

interface Live {
  readonly plugin: ScopedPlugin;
  readonly scope: Disposable;
}

/** Protocols of the http subsystem: a plugin without any of them does not run here. */
const HTTP_PROTOCOLS = new Set(['http', 'https', 'grpc', 'grpcs']);

/**
 * Instances of plugin entities: made when an entity appears or changes, kept while it stays the same, and handed back
 * for release when nothing uses them any more.
 */
export class PluginInstances {
  readonly #modules: Modules;
  readonly #scope: Scope;
  readonly #live = new Map<string, Live>();

  constructor(modules: Modules, scope: Scope) {
    this.#modules = modules;
    this.#scope = scope;
  }

  /** The running form of an entity, or `null` when it is disabled, for another subsystem, or was refused. */
  get(id: string): ScopedPlugin | null {
    return this.#live.get(id)?.plugin ?? null;
  }

  /**
   * Takes an entity's new form. One that is refused leaves the last good instance in place: a slip in the configuration
   * of an authentication plugin must not open its routes.
   * @returns what to release once no request uses the previous instance, or `null`.
   */
  set(entity: PluginEntity, problems: CompileProblem[]): Disposable | null {
    if (!entity.enabled || !entity.protocols.some((protocol) => HTTP_PROTOCOLS.has(protocol))) return this.delete(entity.id);
    const live = this.#create(entity, problems);
    if (live === null) return null;
    const previous = this.delete(entity.id);
    this.#live.set(entity.id, live);
    return previous;
  }

  /** Forgets an entity. @returns what to release once no request uses its instance, or `null`. */
  delete(id: string): Disposable | null {
    const live = this.#live.get(id);
    this.#live.delete(id);
    return live?.scope ?? null;
  }

  #create(entity: PluginEntity, problems: CompileProblem[]): Live | null {
    const refuse = (field: string, message: string): null => {
      problems.push({ type: 'plugins', id: entity.id, field, message });
      return null;
    };
    const definition = this.#modules.find('plugin', entity.name);
    if (definition === null) return refuse('name', `plugin '${entity.name}' is not in this build`);
    const checked = this.#modules.validate(definition, entity.config);
    if (!checked.ok) {
      for (const { path, message } of checked.problems) refuse(path === '' ? 'config' : `config.${path}`, message);
      return null;
    }
    const scope = this.#scope.child(`${definition.id}/${entity.id}`);
    try {
      const handler = this.#modules.create(definition, checked.config, scope, entity);
      const instance = { name: entity.name, entityId: entity.id, handler };
      return { plugin: { entity, instance, priority: definition.traits.priority }, scope };
    } catch (error) {
      void scope.dispose();
      return refuse('config', error instanceof Error ? error.message : String(error));
    }
  }
}
