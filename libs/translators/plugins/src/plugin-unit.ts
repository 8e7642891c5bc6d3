import { belongsToClass, Draft, INVALID_CONFIGURATION, isGlobalPlugin } from '@gibbon/annotations';
import { EMPTY_OUTPUT, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';
import type { PluginsContext } from './context.ts';
import { configOf, UNRESOLVED_CONFIG, type PluginObject } from './plugin-config.ts';
import { pluginInput } from './plugin-entity.ts';

/**
 * Checks a plugin by itself, whether something names it or not; a global one it also yields. Whoever names a plugin reads
 * here whether it is broken, so that what is wrong is reported once.
 */
export function translatePlugin(unit: Unit, read: TrackedRead, context: PluginsContext): TranslationOutput {
  const plugin = unit.object as PluginObject;
  if (plugin.kind === 'KongClusterPlugin' && !belongsToClass(plugin, context.settings, read)) return EMPTY_OUTPUT;
  const draft = new Draft(context.emit);
  const owner = refOf(plugin);
  if (plugin.ordering !== undefined) {
    draft.fail({
      refs: [owner],
      field: 'ordering',
      reason: 'UnsupportedField',
      message: 'ordering has no effect: plugins run in the order of their priorities; expected no `ordering`',
    });
  }
  const resolved = configOf(plugin, read, context.namesOthers);
  const input = pluginInput(plugin, resolved.ok ? resolved.config : UNRESOLVED_CONFIG, {}, new Set());
  if (resolved.ok) reportProblems(draft, plugin, context.normalise('plugins', input));
  else
    draft.fail({
      refs: [owner, ...(resolved.secret === null ? [] : [resolved.secret])],
      field: resolved.field,
      reason: INVALID_CONFIGURATION,
      message: resolved.message,
    });
  const isGlobal = plugin.kind === 'KongClusterPlugin' && isGlobalPlugin(plugin);
  if (isGlobal && (resolved.ok || context.keepsLastGood)) draft.tryAdd('plugins', input, { owner });
  return draft.output();
}

function reportProblems(draft: Draft, plugin: PluginObject, result: ReturnType<PluginsContext['normalise']>): void {
  if (result.ok) return;
  for (const { path, message } of result.problems) {
    draft.fail({
      refs: [refOf(plugin)],
      field: locate(plugin, path),
      reason: INVALID_CONFIGURATION,
      message: `plugin ${plugin.plugin}${path === '' ? '' : `, ${path}`}: ${message}`,
    });
  }
}

/** Fields of a Kong plugin stand in its object under the same names, but for the plugin's own. */
function locate({ configFrom }: PluginObject, path: string): string {
  if (path === 'name') return 'plugin';
  return path.startsWith('config') && configFrom !== undefined ? 'configFrom' : path;
}
