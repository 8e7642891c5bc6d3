export { SETTINGS, settingsOf, variablesOf, type CommandName, type Setting, type SettingType } from './settings.ts';
