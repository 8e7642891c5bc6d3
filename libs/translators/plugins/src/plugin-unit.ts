import { belongsToClass, Draft, INVALID_CONFIGURATION, isGlobalPlugin } from '@gibbon/annotations';
import { EMPTY_OUTPUT, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';
import type { PluginsContext } from './context.ts';
import { resolveConfig, type PluginObject } from './plugin-config.ts';
import { pluginInput } from './plugin-entity.ts';

/**
 * Checks a plugin by itself, whether something names it or not; a global one it also yields. Whoever names a plugin reads
 * here whether it is broken, so that what is wrong is reported once.
 */
export function translatePlugin(unit: Unit, read: TrackedRead, context: PluginsContext): TranslationOutput {
  const plugin = unit.object as PluginObject;
  if (plugin.kind === 'KongClusterPlugin' && !belongsToClass(plugin, context.settings, read)) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  const owner = refOf(plugin);
  if (plugin.ordering !== undefined) {
    draft.fail({
      refs: [owner],
      field: 'ordering',
      reason: 'UnsupportedField',
      message: 'ordering has no effect: plugins run in the order of their priorities; expected no `ordering`',
    });
  }
  const resolved = resolveConfig(plugin, read);
  if (!resolved.ok) {
    draft.fail({ refs: [owner, resolved.secret], field: resolved.field, reason: INVALID_CONFIGURATION, message: resolved.message });
    return draft.output();
  }
  const isGlobal = plugin.kind === 'KongClusterPlugin' && isGlobalPlugin(plugin);
  const input = pluginInput(plugin, resolved.config, {}, new Set());
  if (isGlobal || !context.normalise('plugins', input).ok) draft.add('plugins', input, { owner, locate: locateIn(plugin) });
  return draft.output();
}

/** Fields of a Kong plugin stand in its object under the same names, but for the plugin's own. */
function locateIn(plugin: PluginObject): (path: string) => string {
  return (path) => {
    if (path === 'name') return 'plugin';
    if (path.startsWith('config') && plugin.configFrom !== undefined) return 'configFrom';
    return path;
  };
}
