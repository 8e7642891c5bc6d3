import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { PathEdit } from '@gibbon/route-filters';

/** Applies a compiled rewrite. */
export class UrlRewrite implements PluginHandler {
  readonly #hostname: string | null;
  readonly #path: PathEdit | null;

  constructor(hostname: string | null, path: PathEdit | null) {
    this.#hostname = hostname;
    this.#path = path;
  }

  access(exchange: Exchange): void {
    if (this.#hostname !== null) exchange.upstreamHost = this.#hostname;
    if (this.#path !== null) exchange.upstreamPath = this.#path(exchange.upstreamPath);
  }
}
