import { createToken, type Token } from '../module/token.ts';

/** Fields of a log line. Names are stable: `route`, `service`, `upstream`, `ref` ("ns/name"), `durationMs`, `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line: fields first, then a constant message without interpolation. */
export interface LogMethod {
  (fields: LogFields, message: string): void;
  (message: string): void;
}

/** A log level, by increasing severity. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * A module's log, already bound to its id.
 * error: an operator must act; warn: degraded or rejected configuration; info: lifecycle; debug: decisions; trace: per request.
 */
export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** Whether a line of this level would be written: ask before computing costly fields. */
  isLevelEnabled(level: LogLevel): boolean;
  child(bindings: LogFields): Logger;
}

/** The {@link Logger} of the module that asks. */
export const LOGGER: Token<Logger> = createToken<Logger>('gibbon/logger@1');
