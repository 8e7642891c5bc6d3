import type { PluginEntity } from '@gibbon/contracts/entities';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { Clock, Counters, Logger } from '@gibbon/contracts/services';
import { identifierOf, type IdentifierConfig } from './identifier.ts';
import { periodLimits, type PeriodName } from './periods.ts';
import { Windows, type Window } from './windows.ts';

/** Configuration as validated. */
export interface RateLimitingConfig extends IdentifierConfig, Readonly<Record<PeriodName, number | null>> {
  readonly fault_tolerant: boolean;
  readonly hide_client_headers: boolean;
  readonly error_code: number;
  readonly error_message: string;
}

/** What it needs of the process. */
export interface RateLimitingServices {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** Plugins of this kind later in a request replace what earlier ones wanted to say: one place for all of them. */
const RATE_HEADERS = Symbol.for('gibbon/rate-limit-headers');
const NO_SCOPE = '00000000-0000-0000-0000-000000000000';

/** Limits requests per period, counted over all threads of the node. */
export class RateLimiting implements PluginHandler {
  readonly #config: RateLimitingConfig;
  readonly #services: RateLimitingServices;
  readonly #identify: (exchange: Exchange) => string;
  readonly #windows: Windows;
  /** Absent when clients are told nothing. */
  readonly headerFilter?: (exchange: Exchange) => void;

  /** @param entity tells the scope: a plugin on a service counts for the service, a global one for everything. */
  constructor(config: RateLimitingConfig, services: RateLimitingServices, entity: PluginEntity | null) {
    this.#config = config;
    this.#services = services;
    this.#identify = identifierOf(config);
    const prefix = `ratelimit:${entity?.route?.id ?? NO_SCOPE}:${entity?.service?.id ?? NO_SCOPE}:`;
    this.#windows = new Windows(periodLimits(config), services.counters, prefix);
    if (!config.hide_client_headers) this.headerFilter = applyRateHeaders;
  }

  access(exchange: Exchange): void {
    const nowMs = this.#services.clock.now();
    let full: Window | null;
    try {
      full = this.#windows.take(this.#identify(exchange), nowMs);
    } catch (err) {
      this.#failed(exchange, err);
      return;
    }
    if (!this.#config.hide_client_headers) this.#tellClient(exchange, full, nowMs);
    if (full !== null) exchange.error(this.#config.error_code, this.#config.error_message);
  }

  #failed(exchange: Exchange, err: unknown): void {
    this.#services.logger.error({ err, route: exchange.route?.name ?? null }, 'counting requests failed');
    if (!this.#config.fault_tolerant) exchange.error(500);
  }

  /** The scarcest period speaks in the standard fields; of equals the longest. */
  #tellClient(exchange: Exchange, full: Window | null, nowMs: number): void {
    const fields = fieldsOf(exchange);
    let scarcest: Window | null = null;
    let least = 0;
    for (const window of this.#windows.all) {
      // A request that is refused takes nothing from the other windows.
      const counted = full === null || full === window;
      const remaining = Math.max(0, counted ? window.remaining - 1 : window.remaining);
      fields.set(window.period.limitHeader, window.period.limitText);
      fields.set(window.period.remainingHeader, String(remaining));
      if (scarcest !== null && remaining > least) continue;
      scarcest = window;
      least = remaining;
    }
    if (scarcest === null) return;
    const elapsed = Math.floor((nowMs - scarcest.startMs) / 1_000);
    const reset = String(Math.max(1, scarcest.period.lengthSeconds - elapsed));
    fields.set('RateLimit-Limit', scarcest.period.limitText);
    fields.set('RateLimit-Remaining', String(least));
    fields.set('RateLimit-Reset', reset);
    if (full !== null) fields.set('Retry-After', reset);
  }
}

function fieldsOf(exchange: Exchange): Map<string, string> {
  const existing = exchange.state.get(RATE_HEADERS) as Map<string, string> | undefined;
  if (existing !== undefined) return existing;
  const fields = new Map<string, string>();
  exchange.state.set(RATE_HEADERS, fields);
  return fields;
}

/** Over whatever the upstream says of limits of its own. */
function applyRateHeaders(exchange: Exchange): void {
  const fields = exchange.state.get(RATE_HEADERS) as Map<string, string> | undefined;
  if (fields === undefined) return;
  for (const [name, value] of fields) exchange.responseHeaders.set(name, value);
}
