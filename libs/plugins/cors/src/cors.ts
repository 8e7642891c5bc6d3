import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import { toByteString } from '@gibbon/pdk';
import { compileOrigins, type OriginRule } from './origins.ts';

/** Configuration as validated. */
export interface CorsConfig {
  readonly origins: readonly string[] | null;
  readonly headers: readonly string[] | null;
  readonly exposed_headers: readonly string[] | null;
  readonly methods: readonly string[];
  readonly max_age: number | null;
  readonly credentials: boolean;
  readonly private_network: boolean;
  readonly preflight_continue: boolean;
  readonly allow_origin_absent: boolean;
}

const PREFLIGHT_SEEN = Symbol('cors preflight seen');

/** Answers preflights and marks responses for browsers. */
export class Cors implements PluginHandler {
  readonly #config: CorsConfig;
  readonly #origins: OriginRule;
  readonly #allowedHeaders: string | null;
  readonly #exposedHeaders: string | null;
  readonly #methods: string;
  readonly #maxAge: string | null;

  constructor(config: CorsConfig) {
    this.#config = config;
    this.#origins = compileOrigins(config.origins);
    this.#allowedHeaders = joined(config.headers);
    this.#exposedHeaders = joined(config.exposed_headers);
    this.#methods = config.methods.join(',');
    this.#maxAge = config.max_age === null ? null : String(config.max_age);
  }

  access(exchange: Exchange): void {
    if (exchange.method !== 'OPTIONS') return;
    const origin = originOf(exchange);
    if (origin === null || !exchange.requestHeaders.has('access-control-request-method')) return;
    // Its response is complete with what is set here, or entirely the upstream's.
    exchange.state.set(PREFLIGHT_SEEN, true);
    if (this.#config.preflight_continue) return;
    this.#setOrigin(exchange, origin);
    this.#setPreflight(exchange);
    exchange.exit(200);
  }

  headerFilter(exchange: Exchange): void {
    // The state is made at first use: ask for it only where the access phase may have written it.
    if (exchange.method === 'OPTIONS' && exchange.state.has(PREFLIGHT_SEEN)) return;
    const origin = originOf(exchange);
    if (origin === null && !this.#config.allow_origin_absent) return;
    this.#setOrigin(exchange, origin);
    if (this.#exposedHeaders !== null) exchange.responseHeaders.set('Access-Control-Expose-Headers', this.#exposedHeaders);
  }

  #setOrigin(exchange: Exchange, origin: string | null): void {
    const { responseHeaders } = exchange;
    const allowed = this.#origins.allowed(origin);
    const reflected = allowed === '*' && this.#config.credentials && origin !== null;
    if (this.#origins.varies || reflected) responseHeaders.add('Vary', 'Origin');
    if (allowed === null) responseHeaders.remove('access-control-allow-origin');
    // Browsers refuse credentials with `*`, so that the origin itself is named.
    else responseHeaders.set('Access-Control-Allow-Origin', reflected ? origin : allowed);
    if (this.#config.credentials && (reflected || allowed !== '*')) responseHeaders.set('Access-Control-Allow-Credentials', 'true');
  }

  #setPreflight(exchange: Exchange): void {
    const { requestHeaders, responseHeaders } = exchange;
    const allowedHeaders = this.#allowedHeaders ?? requestHeaders.get('access-control-request-headers');
    if (allowedHeaders === null) responseHeaders.remove('access-control-allow-headers');
    else responseHeaders.set('Access-Control-Allow-Headers', allowedHeaders);
    responseHeaders.set('Access-Control-Allow-Methods', this.#methods);
    if (this.#maxAge !== null) responseHeaders.set('Access-Control-Max-Age', this.#maxAge);
    if (this.#config.private_network && requestHeaders.get('access-control-request-private-network') === 'true') {
      responseHeaders.set('Access-Control-Allow-Private-Network', 'true');
    }
  }
}

function originOf(exchange: Exchange): string | null {
  const origin = exchange.requestHeaders.get('origin');
  return origin === '' ? null : origin;
}

function joined(values: readonly string[] | null): string | null {
  return values === null || values.length === 0 ? null : toByteString(values.join(','));
}
