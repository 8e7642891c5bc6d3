import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import {
  compileHeaderOperations,
  compilePathRewrite,
  type HeaderEdit,
  type HeaderOperations,
  type PathEdit,
  type PathRewrite,
} from '@gibbon/route-filters';
import { WeightedChoice } from './weighted-choice.ts';

/** A share as validated. */
export interface BackendConfig {
  readonly weight: number;
  readonly service: string | null;
  readonly status: number;
  readonly requestHeaders: HeaderOperations | null;
  readonly responseHeaders: HeaderOperations | null;
  readonly rewrite: (PathRewrite & { readonly hostname: string | null }) | null;
}

/** A share, ready to run. */
interface Backend {
  readonly service: string | null;
  readonly status: number;
  readonly request: HeaderEdit | null;
  readonly response: HeaderEdit | null;
  readonly hostname: string | null;
  readonly path: PathEdit | null;
}

const NO_BACKEND = 500;
const CHOSEN = Symbol('traffic split: response changes');

/** Sends each request to one of several services. */
export class TrafficSplit implements PluginHandler {
  readonly #backends: readonly Backend[];
  readonly #choice: WeightedChoice;
  /** Whether any response is changed: the state of requests is not touched otherwise. */
  readonly #changesResponses: boolean;

  constructor(backends: readonly BackendConfig[]) {
    this.#backends = backends.map(compile);
    this.#choice = new WeightedChoice(backends.map(({ weight }) => weight));
    this.#changesResponses = this.#backends.some(({ response }) => response !== null);
  }

  access(exchange: Exchange): void {
    const backend = this.#backends[this.#choice.next()];
    if (backend === undefined || backend.service === null) {
      exchange.error(backend?.status ?? NO_BACKEND, 'there is no backend for this request');
      return;
    }
    backend.request?.(exchange.requestHeaders);
    if (backend.hostname !== null) exchange.upstreamHost = backend.hostname;
    if (backend.path !== null) exchange.upstreamPath = backend.path(exchange.upstreamPath);
    if (backend.response !== null) exchange.state.set(CHOSEN, backend.response);
    // A service that has just been removed: the route follows within the same change of configuration.
    if (!exchange.setService(backend.service)) exchange.error(NO_BACKEND, 'there is no backend for this request');
  }

  headerFilter(exchange: Exchange): void {
    if (!this.#changesResponses) return;
    (exchange.state.get(CHOSEN) as HeaderEdit | undefined)?.(exchange.responseHeaders);
  }
}

function compile({ service, status, requestHeaders, responseHeaders, rewrite }: BackendConfig): Backend {
  return {
    service,
    status,
    request: compileHeaderOperations(requestHeaders),
    response: compileHeaderOperations(responseHeaders),
    hostname: rewrite?.hostname ?? null,
    path: rewrite === null ? null : compilePathRewrite(rewrite),
  };
}
