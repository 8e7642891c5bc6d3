import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { HeaderEdit } from '@gibbon/route-filters';

/** Applies compiled changes; a host that is set is the host of the request to the service. */
export class HeaderModifier implements PluginHandler {
  readonly #request: HeaderEdit | null;
  readonly #response: HeaderEdit | null;

  constructor(request: HeaderEdit | null, response: HeaderEdit | null) {
    this.#request = request;
    this.#response = response;
  }

  access(exchange: Exchange): void {
    this.#request?.(exchange.requestHeaders);
  }

  headerFilter(exchange: Exchange): void {
    this.#response?.(exchange.responseHeaders);
  }
}
