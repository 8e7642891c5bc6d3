import type { EntityBase } from '@gibbon/contracts/entities';
import { GatewayError } from '@gibbon/contracts/errors';
import type { ConfigResult, ModuleDefinition, ModuleKinds, Modules, Scope } from '@gibbon/contracts/module';
import type { Bindings } from './bindings.ts';
import type { ModuleRegistry } from './registry.ts';

/** Checks raw configuration against a schema; compiled once per module. */
export type CompileSchema = (schema: Readonly<Record<string, unknown>>) => (raw: unknown) => ConfigResult;

/** The {@link Modules} of a host: finds in the registry, validates with the compiled schema, creates with the bindings. */
export class HostModules implements Modules {
  readonly #registry: ModuleRegistry;
  readonly #bindings: Bindings;
  readonly #compile: CompileSchema;
  readonly #validators = new WeakMap<object, (raw: unknown) => ConfigResult>();

  constructor(registry: ModuleRegistry, bindings: Bindings, compile: CompileSchema) {
    this.#registry = registry;
    this.#bindings = bindings;
    this.#compile = compile;
  }

  find<K extends keyof ModuleKinds>(kind: K, name: string): ModuleDefinition<K> | null {
    return this.#registry.find(kind, name);
  }

  list<K extends keyof ModuleKinds>(kind: K): readonly ModuleDefinition<K>[] {
    return this.#registry.list(kind);
  }

  validate(definition: ModuleDefinition, raw: unknown): ConfigResult {
    let validator = this.#validators.get(definition);
    if (validator === undefined) {
      validator = this.#compile(definition.config);
      this.#validators.set(definition, validator);
    }
    const result = validator(raw);
    if (!result.ok || definition.check === undefined) return result;
    const problems = definition.check(result.config);
    return problems.length === 0 ? result : { ok: false, problems };
  }

  create<K extends keyof ModuleKinds>(definition: ModuleDefinition<K>, config: unknown, scope: Scope, entity?: EntityBase): ModuleKinds[K] {
    const own = scope.child(definition.id);
    try {
      const deps = this.#bindings.dependenciesOf(definition.requires, definition.id);
      return definition.create({ config, deps, scope: own, ...(entity !== undefined && { entity }) });
    } catch (cause) {
      void own.dispose();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new GatewayError('GW_MODULE_CREATE', `${definition.id} could not be created: ${reason}`, { source: 'config', cause });
    }
  }
}
