import type { Route } from '@gibbon/contracts/entities';
import type { Headers } from '@gibbon/contracts/plugin';

/** What the router looks at; the request's own object has this shape, so that nothing is copied. */
export interface RouteInput {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** `Host` as received, port included. */
  readonly rawHost: string;
  /** Port of the listener. */
  readonly port: number;
  /** Normalised path. */
  readonly path: string;
  readonly rawQuery: string;
  readonly sni: string | null;
  readonly requestHeaders: Headers;
  /** Address of the client, behind trusted proxies. */
  readonly forwardedAddress: string;
  readonly clientPort: number;
  /** Address that the client connected to. Only routes with `destinations` read it; without it they match by port alone. */
  readonly serverAddress?: string;
}

/** What matched. Shared and constant where the path was matched by prefix. */
export interface RouteMatch<R> {
  readonly value: R;
  /** The matched prefix (the regular expression's match, for regular expressions); empty when the route has no paths. */
  readonly prefix: string;
  /** Capture groups by number (`0` = the whole match) and name, groups that took no part left out; `null` without groups. */
  readonly captures: Readonly<Record<string, string>> | null;
}

/** A route that cannot be served, as data. */
export interface RouteProblem {
  /** Id of the route. */
  readonly id: string;
  readonly name: string | null;
  /** Dotted path in the route, 1-based for array elements, e.g. `paths.2`. */
  readonly field: string;
  /** What is wrong and what would be right; names the route. */
  readonly message: string;
}

/** An immutable index of routes. Belongs to one thread: `match` keeps scratch space in it. */
export interface Router<R> {
  /**
   * The best route, or `null`. Called once per request: synchronous, and allocates only for regular expressions that are
   * more than a literal, and for what routes with expressions say beside hosts, paths and methods.
   */
  match(input: RouteInput): RouteMatch<R> | null;
  /** Number of routes served. */
  readonly size: number;
  /** Routes that were left out. */
  readonly problems: readonly RouteProblem[];
}

/** A route and what a match with it yields. */
export interface RouteEntry<R> {
  readonly route: Route;
  readonly value: R;
}

/** What {@link Router}s may be told. */
export interface RouterSettings {
  /**
   * How `Host` is compared. `insensitive` (default) follows RFC 9110 section 4.2.3; `sensitive` is what Kong's compatible
   * router does with the header as received.
   */
  readonly hostCase?: 'insensitive' | 'sensitive';
}

/** What changed between two routers. A changed route is in `added` alone: an id that exists already is replaced. */
export interface RouterChange<R> {
  readonly removedIds: readonly string[];
  readonly added: readonly RouteEntry<R>[];
}
