import type { SourceProblem } from '@gibbon/contracts/source';
import { rbacAdvice, type ApiError } from '@gibbon/k8s-client';

/** What a feed brings, for messages. */
export interface FeedName {
  /** Origin of its problems. */
  readonly origin: string;
  /** Path of its requests. */
  readonly path: string;
  readonly group: string;
  readonly plural: string;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

const SERVER = 'api-server';
const CONNECTION = new Set(['GW_K8S_UNREACHABLE', 'GW_K8S_TIMEOUT']);

/** Problems of feeds as the source reports them. A server that cannot be reached is one problem, whatever the number of feeds. */
export class FeedProblems {
  readonly #report: (origin: string, problems: readonly SourceProblem[]) => void;
  readonly #server: string;
  readonly #unreachable = new Set<string>();
  readonly #failing = new Set<string>();

  constructor(server: string, report: (origin: string, problems: readonly SourceProblem[]) => void) {
    this.#server = server;
    this.#report = report;
  }

  failing(feed: FeedName, error: ApiError): void {
    if (CONNECTION.has(error.code)) {
      this.#clear(feed);
      if (this.#unreachable.size === 0) this.#report(SERVER, [this.#problem(this.#server, `cannot be reached (${error.message})`)]);
      this.#unreachable.add(feed.origin);
      return;
    }
    this.#reach(feed);
    this.#failing.add(feed.origin);
    this.#report(feed.origin, [this.#problem(feed.path, messageOf(feed, error))]);
  }

  recovered(feed: FeedName): void {
    this.#reach(feed);
    this.#clear(feed);
  }

  #problem(location: string, message: string): SourceProblem {
    return { location, ref: null, field: '', message: `${message}; objects stay as they are until it succeeds` };
  }

  #reach(feed: FeedName): void {
    if (this.#unreachable.delete(feed.origin) && this.#unreachable.size === 0) this.#report(SERVER, []);
  }

  #clear(feed: FeedName): void {
    if (this.#failing.delete(feed.origin)) this.#report(feed.origin, []);
  }
}

function messageOf({ group, plural, namespace }: FeedName, error: ApiError): string {
  if (error.code === 'GW_K8S_FORBIDDEN')
    return `${error.message}; ${rbacAdvice({ group, resource: plural, verbs: ['get', 'list', 'watch'], namespace })}`;
  if (error.code === 'GW_K8S_UNAUTHORIZED')
    return `the API server does not accept the credentials (${error.message}); check the token or the kubeconfig`;
  return error.message;
}
