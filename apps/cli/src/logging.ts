import { createLogger, prettyDestination, type ProcessLogger } from '@gibbon/logging';
import type { Values } from './resolve.ts';

/** The process's logger by `--log-level` and `--log-format`. */
export function loggerOf(values: Values): ProcessLogger {
  const wanted = values['log-format'];
  const pretty = wanted === 'pretty' || (wanted === 'auto' && process.stderr.isTTY);
  const level = values['log-level'] as Parameters<typeof createLogger>[0]['level'];
  const colour = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  return createLogger({ level, format: pretty ? 'pretty' : 'json' }, () => prettyDestination(process.stderr, colour));
}
