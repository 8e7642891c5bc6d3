import type { Protocol } from '@gibbon/contracts/entities';
import type { ConfigResult, Modules } from '@gibbon/contracts/module';

/** What the model needs to know of a plugin to check its entities. */
export interface PluginFacts {
  /** Protocols that an entity may name, and has by default. */
  readonly protocols: readonly Protocol[];
  /** References that an entity must leave `null`. */
  readonly forbiddenScopes: readonly ('route' | 'service' | 'consumer')[];
  /** Checks a configuration: defaults filled in, or every problem with paths relative to `config`. Never throws. */
  validate(config: unknown): ConfigResult;
}

/** The plugins that configurations may name. */
export interface PluginCatalog {
  /** Facts of an enabled plugin, or `null`. */
  find(name: string): PluginFacts | null;
}

/** Protocols of a plugin that does not say otherwise. */
export const DEFAULT_PLUGIN_PROTOCOLS: readonly Protocol[] = Object.freeze(['grpc', 'grpcs', 'http', 'https'] as const);

/** The plugins of this process. */
export function modulePlugins(modules: Modules): PluginCatalog {
  return {
    find(name) {
      const definition = modules.find('plugin', name);
      if (definition === null) return null;
      const { protocols = DEFAULT_PLUGIN_PROTOCOLS, forbiddenScopes = [] } = definition.traits;
      return { protocols, forbiddenScopes, validate: (config) => modules.validate(definition, config) };
    },
  };
}

/** Accepts every plugin name and keeps its configuration as it is: for targets whose plugins this process does not know. */
export const ANY_PLUGIN: PluginCatalog = Object.freeze({
  find: () => ANY_FACTS,
});

const ANY_FACTS: PluginFacts = Object.freeze({
  protocols: DEFAULT_PLUGIN_PROTOCOLS,
  forbiddenScopes: [],
  validate: (config: unknown): ConfigResult => {
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return { ok: true, config };
    return { ok: false, problems: [{ path: '', message: 'expected a record' }] };
  },
});
