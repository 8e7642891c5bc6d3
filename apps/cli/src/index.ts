export { IDENTITY_SECRET } from './cluster-proxies.ts';
export { logSettingsOf } from './logging.ts';
export { controllerOptionsOf, proxyOptionsOf } from './options.ts';
export { resolveSettings, type Resolved, type Value, type Values } from './resolve.ts';
export { SETTINGS, settingsOf } from './settings.ts';
export { variablesOf, type CommandName, type Setting, type SettingType } from './settings/setting.ts';
export { runUntilSignal, type Stoppable } from './signals.ts';
