import type { Exchange, Headers, PluginHandler } from '@gibbon/contracts/plugin';
import { compileOrigins, type OriginTest } from './origins.ts';

/** Configuration as validated. */
export interface CorsConfig {
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

const PREFLIGHT_ANSWERED = Symbol('cors preflight answered');
/**
 * Methods that browsers allow whatever a preflight is told: they are named where there would be nothing to name.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-method
 */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/** Answers preflights and marks responses for browsers. */
export class Cors implements PluginHandler {
  readonly #config: CorsConfig;
  readonly #matches: OriginTest;
  /** Whether every origin is told the same. */
  readonly #open: boolean;
  readonly #methods: string;
  readonly #headers: string;
  readonly #exposed: string;

  constructor(config: CorsConfig) {
    this.#config = config;
    this.#matches = compileOrigins(config.allowOrigins);
    this.#open = config.allowOrigins.includes('*') && !config.allowCredentials;
    this.#methods = (config.allowMethods.length === 0 ? SAFE_METHODS : config.allowMethods).join(', ');
    this.#headers = config.allowHeaders.join(', ');
    this.#exposed = config.exposeHeaders.filter((name) => name !== '*' || !config.allowCredentials).join(', ');
  }

  access(exchange: Exchange): void {
    if (exchange.method !== 'OPTIONS') return;
    const origin = exchange.requestHeaders.get('origin');
    const method = exchange.requestHeaders.get('access-control-request-method');
    if (origin === null || method === null) return;
    exchange.state.set(PREFLIGHT_ANSWERED, true);
    const { responseHeaders } = exchange;
    if (this.#allow(responseHeaders, origin)) {
      this.#allowRequest(responseHeaders, method, exchange.requestHeaders.get('access-control-request-headers'));
      responseHeaders.set('Access-Control-Max-Age', String(this.#config.maxAgeSeconds));
      this.#expose(responseHeaders);
    }
    exchange.exit(204);
  }

  headerFilter(exchange: Exchange): void {
    // The state is made at first use: ask for it only where the access phase may have written it.
    if (exchange.method === 'OPTIONS' && exchange.state.has(PREFLIGHT_ANSWERED)) return;
    const origin = exchange.requestHeaders.get('origin');
    const { responseHeaders } = exchange;
    if (origin !== null && this.#allow(responseHeaders, origin)) this.#expose(responseHeaders);
    // What the service says of origins is not for those that the configuration does not name.
    else if (origin !== null) removeAnswers(responseHeaders);
  }

  #allow(headers: Headers, origin: string): boolean {
    if (!this.#open) headers.add('Vary', 'Origin');
    if (!this.#matches(origin)) return false;
    headers.set('Access-Control-Allow-Origin', this.#open ? '*' : origin);
    if (this.#config.allowCredentials) headers.set('Access-Control-Allow-Credentials', 'true');
    else headers.remove('access-control-allow-credentials');
    return true;
  }

  /** With credentials `*` means nothing to browsers, so that what they ask for is named. */
  #allowRequest(headers: Headers, method: string, fields: string | null): void {
    const { allowMethods, allowHeaders } = this.#config;
    headers.set('Access-Control-Allow-Methods', allowMethods.includes('*') ? method : this.#methods);
    const allowed = allowHeaders.includes('*') ? fields : this.#headers;
    if (fields !== null && allowed !== null && allowed !== '') headers.set('Access-Control-Allow-Headers', allowed);
  }

  #expose(headers: Headers): void {
    if (this.#exposed !== '') headers.set('Access-Control-Expose-Headers', this.#exposed);
  }
}

function removeAnswers(headers: Headers): void {
  headers.remove('access-control-allow-origin');
  headers.remove('access-control-allow-credentials');
  headers.remove('access-control-expose-headers');
}
