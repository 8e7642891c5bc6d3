export { logSettingsOf } from './logging.ts';
export { controllerOptionsOf, proxyOptionsOf } from './options.ts';
export { resolveSettings, type Resolved, type Value, type Values } from './resolve.ts';
export { SETTINGS, settingsOf, variablesOf, type CommandName, type Setting, type SettingType } from './settings.ts';
export { runUntilSignal, type Stoppable } from './signals.ts';
