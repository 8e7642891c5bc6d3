import type { LogSettings } from '@gibbon/logging';
import type { Values } from './resolve.ts';

/** `--log-level` and `--log-format` as settings: pretty on a terminal unless told otherwise, in colour unless NO_COLOR is set. */
export function logSettingsOf(values: Values): LogSettings {
  const wanted = values['log-format'];
  const pretty = wanted === 'pretty' || (wanted === 'auto' && process.stderr.isTTY);
  const colour = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  return { level: values['log-level'] as LogSettings['level'], format: pretty ? 'pretty' : 'json', colour };
}
