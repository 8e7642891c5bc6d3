import { SOURCE_SETTINGS } from './settings/source-settings.ts';
import { TRANSLATION_SETTINGS } from './settings/translation-settings.ts';
import { PUBLISHING_SETTINGS } from './settings/publishing-settings.ts';
import { CLUSTER_PROXY_SETTINGS } from './settings/cluster-proxy-settings.ts';
import { OPERATION_SETTINGS } from './settings/operation-settings.ts';
import { PROXY_SETTINGS } from './settings/proxy-settings.ts';
import { PROCESS_SETTINGS } from './settings/process-settings.ts';
import type { CommandName, Setting } from './settings/setting.ts';

/** Every setting of the three commands, in the order in which help shows them. These tables are the whole truth. */
export const SETTINGS: readonly Setting[] = [
  ...SOURCE_SETTINGS,
  ...TRANSLATION_SETTINGS,
  ...PUBLISHING_SETTINGS,
  ...CLUSTER_PROXY_SETTINGS,
  ...OPERATION_SETTINGS,
  ...PROXY_SETTINGS,
  ...PROCESS_SETTINGS,
];

/** Settings of one command. */
export function settingsOf(command: CommandName): readonly Setting[] {
  return SETTINGS.filter(({ commands }) => commands.includes(command));
}
