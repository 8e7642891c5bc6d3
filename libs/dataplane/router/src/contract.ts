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
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** What matched. Shared and constant where the path was matched by prefix. */
export interface RouteMatch<R> {
  readonly value: R;
  /** The matched prefix (the regular expression's match, for regular expressions); empty when the route has no paths. */
  readonly prefix: string;
  /** Capture groups by number and name, or `null`. */
  readonly captures: Readonly<Record<string, string>> | null;
}

/** An immutable index of routes. */
export interface Router<R> {
  /** The best route, or `null`. Synchronous; allocates only for regular expressions with captures. */
  match(input: RouteInput): RouteMatch<R> | null;
  /** Number of routes. */
  readonly size: number;
}
