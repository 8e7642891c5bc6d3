import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { LogFields, Logger, LogLevel, LogMethod } from '@gibbon/contracts/services';
import { prettyDestination } from './pretty.ts';

/** How lines look: for people on a terminal, or one JSON object per line. */
export type LogFormat = 'pretty' | 'json';

/** What to log and how: plain data, so that worker threads get the same. */
export interface LogSettings {
  readonly level: LogLevel | 'silent';
  readonly format: LogFormat;
  /** Whether pretty lines are coloured. */
  readonly colour: boolean;
}

/** A logger and the way to get its last lines out. */
export interface ProcessLogger {
  readonly log: Logger;
  /** Writes what is buffered; call before the process ends. */
  flush(): void;
}

/** Fields that are never written, wherever they stand at the first or second level. */
const SECRET_FIELDS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'apikey',
  'key',
  'password',
  'secret',
  'token',
  'cert',
  'privateKey',
];

/**
 * Makes the logger of a process or of a worker thread.
 * @param destination where lines go; default standard error, which leaves standard output to what a command prints.
 * @see https://getpino.io
 */
export function createLogger(settings: LogSettings, destination: DestinationStream = defaultDestination(settings)): ProcessLogger {
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`]), censor: '[redacted]' },
      serializers: { err: pino.stdSerializers.err },
    },
    destination,
  );
  return { log: new PinoAdapter(logger), flush: () => flush(destination) };
}

function defaultDestination({ format, colour }: LogSettings): DestinationStream {
  if (format === 'pretty') return prettyDestination(process.stderr, colour);
  // Asynchronous: a slow terminal or pipe must not slow down requests.
  return pino.destination({ fd: 2, sync: false, minLength: 0 });
}

function flush(destination: DestinationStream): void {
  try {
    (destination as { flushSync?: () => void }).flushSync?.();
  } catch {
    // A destination that was never opened has nothing to flush.
  }
}

/** The Logger contract on pino. Methods are pino's own, bound once: a disabled level costs one call. */
class PinoAdapter implements Logger {
  readonly #pino: PinoLogger;
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;

  constructor(logger: PinoLogger) {
    this.#pino = logger;
    this.trace = logger.trace.bind(logger);
    this.debug = logger.debug.bind(logger);
    this.info = logger.info.bind(logger);
    this.warn = logger.warn.bind(logger);
    this.error = logger.error.bind(logger);
    this.fatal = logger.fatal.bind(logger);
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.#pino.isLevelEnabled(level);
  }

  child(bindings: LogFields): Logger {
    return new PinoAdapter(this.#pino.child(bindings));
  }
}
