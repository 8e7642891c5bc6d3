import type { Token } from '@gibbon/contracts/module';
import {
  CLOCK,
  COUNTERS,
  LOGGER,
  METRICS,
  RANDOM,
  type Clock,
  type Counters,
  type LogFields,
  type Logger,
  type LogLevel,
  type LogMethod,
  type Random,
} from '@gibbon/contracts/services';
import { createMetrics, type MetricsRegistry } from '@gibbon/metrics';
import { FakeClock, seededRandom } from '@gibbon/time';

/** A line that a module logged. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly fields: LogFields;
  readonly message: string;
}

/** What the process gives modules, for tests: a clock that stands still, seeded randomness, counters, metrics, a log to read. */
export class TestServices {
  readonly clock = new FakeClock();
  readonly random: Random = seededRandom(1);
  readonly counters: Counters = mapCounters(this.clock);
  readonly metrics: MetricsRegistry = createMetrics();
  /** What was logged, in order. */
  readonly lines: LoggedLine[] = [];
  readonly logger: Logger = recordingLogger(this.lines);
  readonly #bound: Map<Token<unknown>, unknown>;

  /** @param more further services, or other implementations. */
  constructor(more: Iterable<readonly [Token<unknown>, unknown]> = []) {
    this.#bound = new Map<Token<unknown>, unknown>([
      [CLOCK, this.clock],
      [RANDOM, this.random],
      [COUNTERS, this.counters],
      [METRICS, this.metrics],
      [LOGGER, this.logger],
      ...more,
    ]);
  }

  /** Instances for a definition's `requires`. @throws Error naming a service that is not optional and not here. */
  resolve(requires: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(requires).map(([name, wanted]) => [name, this.#resolveOne(wanted)]));
  }

  #resolveOne(wanted: unknown): unknown {
    if (typeof wanted === 'object') return this.#bound.get((wanted as { optional: Token<unknown> }).optional) ?? null;
    const token = wanted as Token<unknown>;
    if (!this.#bound.has(token)) throw new Error(`the suite has no service ${String(token)}: pass one`);
    return this.#bound.get(token);
  }
}

function mapCounters(clock: Clock): Counters {
  const live = new Map<string, { value: number; expiresAtMs: number }>();
  const find = (key: string): { value: number; expiresAtMs: number } | null => {
    const entry = live.get(key);
    return entry !== undefined && entry.expiresAtMs > clock.now() ? entry : null;
  };
  return {
    get: (key) => find(key)?.value ?? 0,
    add: (key, amount, expiresAtMs) => {
      const entry = find(key);
      if (entry !== null) return (entry.value += amount);
      live.set(key, { value: amount, expiresAtMs });
      return amount;
    },
  };
}

function recordingLogger(lines: LoggedLine[]): Logger {
  const method = (level: LogLevel): LogMethod => {
    return (...given: [LogFields, string] | [string]) => {
      const [fields, message] = given.length === 1 ? [{}, given[0]] : given;
      lines.push({ level, fields, message });
    };
  };
  const logger: Logger = {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    isLevelEnabled: () => true,
    child: () => logger,
  };
  return logger;
}
