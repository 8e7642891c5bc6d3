import type {
  HTTPCORSFilter,
  HTTPHeaderFilter,
  HTTPRequestMirrorFilter,
  HTTPRequestRedirectFilter,
  HTTPRouteRetry,
  HTTPURLRewriteFilter,
} from '@gibbon/k8s-types';

/** Configuration of a plugin. */
export type PluginConfig = Readonly<Record<string, unknown>>;

/** A listener of a Gateway as redirects need it: where they lead when the filter names no port. */
export interface RedirectListener {
  readonly scheme: 'http' | 'https';
  /** Port of the proxies, or `null` where it is not known. */
  readonly proxyPort: number | null;
  readonly port: number;
}

const DEFAULT_MAX_AGE_SECONDS = 5;

/** Operations on header fields, in the form of `gibbon-header-modifier`. */
export function headerOperations({ set = [], add = [], remove = [] }: HTTPHeaderFilter): PluginConfig {
  const field = ({ name, value }: { readonly name: string; readonly value: string }): PluginConfig => ({ name, value });
  return { set: set.map(field), add: add.map(field), remove: [...remove] };
}

/** `gibbon-url-rewrite`. @param prefix what the rule's match replaces, without the slash at its end. */
export function rewriteConfig({ hostname, path }: HTTPURLRewriteFilter, prefix: string): PluginConfig {
  return { ...(hostname === undefined ? null : { hostname }), ...pathFields(path, prefix) };
}

/** `gibbon-redirect`. */
export function redirectConfig(
  { scheme, hostname, port, path, statusCode }: HTTPRequestRedirectFilter,
  prefix: string,
  listeners: readonly RedirectListener[],
): PluginConfig {
  return {
    ...(scheme === undefined ? null : { scheme }),
    ...(hostname === undefined ? null : { hostname }),
    ...(port === undefined ? null : { port }),
    statusCode: statusCode ?? 302,
    ...pathFields(path, prefix),
    listeners: listeners.map(({ scheme: listenerScheme, proxyPort, port: listenerPort }) => ({
      scheme: listenerScheme,
      port: listenerPort,
      ...(proxyPort === null ? null : { proxyPort }),
    })),
  };
}

function pathFields(path: HTTPURLRewriteFilter['path'], prefix: string): PluginConfig | null {
  if (path === undefined) return null;
  if (path.type === 'ReplaceFullPath') return { fullPath: path.replaceFullPath || '/' };
  return { prefix, prefixReplacement: path.replacePrefixMatch || '/' };
}

/** One of the mirrors of `gibbon-mirror`. */
export function mirrorConfig({ percent, fraction }: HTTPRequestMirrorFilter, service: string): PluginConfig {
  if (fraction !== undefined) return { service, numerator: fraction.numerator, denominator: fraction.denominator ?? 100 };
  return { service, numerator: percent ?? 100, denominator: 100 };
}

/** `gibbon-cors`. */
export function corsConfig({
  allowOrigins,
  allowCredentials,
  allowMethods,
  allowHeaders,
  exposeHeaders,
  maxAge,
}: HTTPCORSFilter): PluginConfig {
  return {
    allowOrigins: allowOrigins ?? [],
    allowCredentials: allowCredentials ?? false,
    allowMethods: allowMethods ?? [],
    allowHeaders: allowHeaders ?? [],
    exposeHeaders: exposeHeaders ?? [],
    maxAgeSeconds: maxAge ?? DEFAULT_MAX_AGE_SECONDS,
  };
}

/** `gibbon-retries`; what the API leaves open is left to the plugin. */
export function retryConfig({ attempts, codes, backoff }: HTTPRouteRetry): PluginConfig {
  return {
    ...(attempts === undefined ? null : { attempts }),
    ...(codes === undefined ? null : { codes: [...codes] }),
    ...(backoff === undefined ? null : { backoffMs: durationMs(backoff) }),
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of a duration such as `1h30m`, `500ms`. @see https://gateway-api.sigs.k8s.io/geps/gep-2257/ */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|h|m|s)/g)) total += Number(count) * (UNITS_MS[unit as string] ?? 0);
  return total;
}
