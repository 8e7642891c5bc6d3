import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import { escapePath } from '@gibbon/pdk';
import { compilePathRewrite, type PathEdit, type PathRewrite } from '@gibbon/route-filters';

type Scheme = 'http' | 'https';

/** Configuration as validated. */
export interface RedirectConfig extends PathRewrite {
  readonly scheme: Scheme | null;
  readonly hostname: string | null;
  readonly port: number | null;
  readonly statusCode: number;
  readonly listeners: readonly { readonly scheme: Scheme; readonly port: number; readonly proxyPort: number | null }[];
}

const WELL_KNOWN: Readonly<Record<Scheme, number>> = { http: 80, https: 443 };

/** Answers with a redirect. */
export class Redirect implements PluginHandler {
  readonly #config: RedirectConfig;
  readonly #path: PathEdit | null;

  constructor(config: RedirectConfig) {
    this.#config = config;
    this.#path = compilePathRewrite(config);
  }

  access(exchange: Exchange): void {
    const { scheme: wanted, hostname, statusCode } = this.#config;
    const scheme = wanted ?? exchange.scheme;
    const port = this.#portOf(exchange, scheme);
    const authority = port === WELL_KNOWN[scheme] ? '' : `:${port}`;
    const path = this.#path === null ? exchange.rawPath : escapePath(this.#path(exchange.path));
    const query = exchange.rawQuery === '' ? '' : `?${exchange.rawQuery}`;
    exchange.exit(statusCode, null, ['Location', `${scheme}://${hostname ?? exchange.host}${authority}${path}${query}`]);
  }

  #portOf(exchange: Exchange, scheme: Scheme): number {
    if (this.#config.port !== null) return this.#config.port;
    return this.#config.scheme === null ? this.#listenerPort(exchange) : WELL_KNOWN[scheme];
  }

  /** The port that the client used, which is not that of this process behind a Service. */
  #listenerPort({ scheme, port }: Exchange): number {
    const known = this.#config.listeners.find(
      (listener) => listener.scheme === scheme && (listener.proxyPort === null || listener.proxyPort === port),
    );
    return known?.port ?? port;
  }
}
