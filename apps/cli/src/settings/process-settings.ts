import { ALL, type Setting } from './setting.ts';

/** What every command has. */
export const PROCESS_SETTINGS: readonly Setting[] = [
  {
    flag: 'modules',
    type: 'list',
    placeholder: 'PACKAGE',
    summary: 'Third-party module package or folder to load; repeatable. Its code runs inside the process: load what you trust',
    default: null,
    commands: ALL,
  },
  {
    flag: 'log-level',
    type: 'choice',
    placeholder: 'LEVEL',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    synonyms: { notice: 'info', crit: 'fatal', alert: 'fatal', emerg: 'fatal' },
    summary: 'Least severe lines to write',
    default: 'info',
    variables: ['KONG_LOG_LEVEL', 'CONTROLLER_LOG_LEVEL'],
    commands: ALL,
  },
  {
    flag: 'log-format',
    type: 'choice',
    placeholder: 'FORMAT',
    choices: ['auto', 'pretty', 'json'],
    synonyms: { text: 'pretty' },
    summary: 'Lines for people or for machines; auto: for people on a terminal',
    default: 'auto',
    variables: ['CONTROLLER_LOG_FORMAT'],
    commands: ALL,
  },
  {
    flag: 'list-modules',
    type: 'switch',
    placeholder: '',
    summary: 'Print id, version and package of every module in this build, and exit',
    default: 'false',
    commands: ALL,
  },
];
