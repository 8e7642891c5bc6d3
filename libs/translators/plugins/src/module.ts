import { HTTP_ROUTES_OF_SERVICE, INGRESSES_OF_SERVICE, type Normalise, PLUGIN_BINDING_UNIT } from '@gibbon/annotations';
import { defineModule, MODULES, optional, type Modules } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE, type ControllerSettings, type TargetProfile } from '@gibbon/contracts/translator';
import { ANY_PLUGIN, moduleForeignIds, modulePlugins, normaliseEntity, type PluginCatalog } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import { translateBinding } from './binding-unit.ts';
import type { PluginsContext } from './context.ts';
import { CONSUMERS_OF_PLUGIN, HTTP_ROUTES_OF_PLUGIN, INGRESSES_OF_PLUGIN, SERVICES_OF_PLUGIN } from './indexes.ts';
import { translatePlugin } from './plugin-unit.ts';

export const translatorPlugins = defineModule({
  kind: 'translator',
  id: 'translator.plugins',
  summary: 'KongPlugins and KongClusterPlugins to plugins, bound to Ingresses, Services and consumers.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE, modules: optional(MODULES) },
  traits: {},
  create({ deps: { settings, target, modules } }) {
    const context = contextOf(settings, target, modules);
    return {
      objects: ['KongPlugin', 'KongClusterPlugin'],
      derived: [PLUGIN_BINDING_UNIT],
      indexes: [
        INGRESSES_OF_PLUGIN,
        HTTP_ROUTES_OF_PLUGIN,
        SERVICES_OF_PLUGIN,
        CONSUMERS_OF_PLUGIN,
        INGRESSES_OF_SERVICE,
        HTTP_ROUTES_OF_SERVICE,
      ],
      translate: (unit, read) =>
        unit.kind === PLUGIN_BINDING_UNIT ? translateBinding(unit, read, context) : translatePlugin(unit, read, context),
    };
  },
});

function contextOf(settings: ControllerSettings, target: TargetProfile, modules: Modules | null): PluginsContext {
  const plugins = catalogOf(target, modules);
  const keepsLastGood = target.kind === 'gibbon';
  const normalise: Normalise = (type, input) => normaliseEntity(type, input, { plugins });
  const emit: Normalise = (type, input) => {
    const result = normalise(type, input);
    return result.ok || !keepsLastGood ? result : normaliseEntity(type, input, { plugins: ANY_PLUGIN });
  };
  const foreignIds = modules === null ? null : moduleForeignIds(modules);
  const namesOthers: PluginsContext['namesOthers'] = (name, config) => foreignIds !== null && foreignIds({ name, config }).length > 0;
  return { settings, normalise, keepsLastGood, namesOthers, emit };
}

/** A real Kong has plugins that this process does not: those it may name, and their configuration is Kong's to check. */
function catalogOf(target: TargetProfile, modules: Modules | null): PluginCatalog {
  if (modules === null) return ANY_PLUGIN;
  const known = modulePlugins(modules);
  return target.kind === 'kong' ? { find: (name) => known.find(name) ?? ANY_PLUGIN.find(name) } : known;
}
