import { DEFAULT_LIMITS, type ServerSettings } from '@gibbon/dataplane-http1';
import { createAddressMatcher, type AddressMatcher } from '@gibbon/net';

/**
 * Settings of the proxy, with Kong's names and defaults. Times in seconds and sizes in bytes where Kong has them so.
 * @see https://developer.konghq.com/gateway/configuration/
 */
export interface ProxySettings {
  /** Addresses and networks whose X-Forwarded-* fields are believed. Default none. */
  readonly trusted_ips: readonly string[];
  /** Field with the client's address, believed from trusted peers. Default `X-Real-IP`. */
  readonly real_ip_header: string;
  /** Takes the last address that is not trusted, instead of the last. Default false. */
  readonly real_ip_recursive: boolean;
  /** Fields added to responses: names, `server_tokens`, `latency_tokens`; `off` for none. */
  readonly headers: readonly string[];
  /** Fields added to requests: `X-Kong-Request-Id`; `off` for none. */
  readonly headers_upstream: readonly string[];
  /** Format of error bodies when the request says nothing. Default `text/plain`. */
  readonly error_default_type: string;
  /** Whether `Kong-Debug: 1` is answered with the names of route and service. Default false. */
  readonly allow_debug_header: boolean;
  /** `listener port:port that clients see`. Default none. */
  readonly port_maps: readonly string[];
  /** Idle connections kept per upstream peer; 0 keeps none. Default 512. */
  readonly upstream_keepalive_pool_size: number;
  /** Requests on one upstream connection. Default 10000. */
  readonly upstream_keepalive_max_requests: number;
  /** Seconds that an idle upstream connection is kept; 0 keeps it as long as the upstream does. Default 60. */
  readonly upstream_keepalive_idle_timeout: number;
  /** Bytes of a request body; 0 for no limit. Default 0. */
  readonly client_max_body_size: number;
  /** Bytes of a streamed request body that are remembered for retries. Default 8192. */
  readonly client_body_buffer_size: number;
  /** Requests on one client connection. Default 10000. */
  readonly keepalive_requests: number;
  /** Seconds between two requests. Default 75. */
  readonly keepalive_timeout: number;
  /** Seconds for a request's head. Default 60. */
  readonly client_header_timeout: number;
  /** Seconds between two reads of a request's body. Default 60. */
  readonly client_body_timeout: number;
  /** Seconds between two writes to the client. Default 60. */
  readonly send_timeout: number;
  /** Seconds in which what a client still sends is discarded before its connection closes. Default 5. */
  readonly lingering_timeout: number;
  /** Goes on when the client ends its side while waiting. Default false. */
  readonly proxy_ignore_client_abort: boolean;
  /** Seconds that a request waits for a plugin before it is answered 500; 0 for no limit. Not Kong's. Default 60. */
  readonly plugin_timeout: number;
  /** What Server and Via call this proxy, e.g. `gibbon/0.1.0`. */
  readonly server_token: string;
}

/** Kong's defaults. */
export const DEFAULT_SETTINGS: ProxySettings = {
  trusted_ips: [],
  real_ip_header: 'X-Real-IP',
  real_ip_recursive: false,
  headers: ['server_tokens', 'latency_tokens', 'X-Kong-Request-Id'],
  headers_upstream: ['X-Kong-Request-Id'],
  error_default_type: 'text/plain',
  allow_debug_header: false,
  port_maps: [],
  upstream_keepalive_pool_size: 512,
  upstream_keepalive_max_requests: 10_000,
  upstream_keepalive_idle_timeout: 60,
  client_max_body_size: 0,
  client_body_buffer_size: 8192,
  keepalive_requests: 10_000,
  keepalive_timeout: 75,
  client_header_timeout: 60,
  client_body_timeout: 60,
  send_timeout: 60,
  lingering_timeout: 5,
  proxy_ignore_client_abort: false,
  plugin_timeout: 60,
  server_token: 'gibbon/0.1.0',
};

/** Which fields responses get. */
export interface ResponseTokens {
  readonly server: boolean;
  readonly via: boolean;
  readonly proxyLatency: boolean;
  readonly upstreamLatency: boolean;
  readonly responseLatency: boolean;
  readonly upstreamStatus: boolean;
  readonly requestId: boolean;
}

/** {@link ProxySettings} as the request path reads them. */
export interface CompiledSettings {
  readonly raw: ProxySettings;
  readonly trusted: AddressMatcher;
  /** Lower case. */
  readonly realIpHeader: string;
  readonly responseTokens: ResponseTokens;
  readonly upstreamRequestId: boolean;
  /** By listener's port. */
  readonly portMap: ReadonlyMap<number, number>;
  readonly server: ServerSettings;
}

/**
 * Prepares settings for the request path.
 * @param report called with one sentence for each part that cannot be used.
 */
export function compileSettings(settings: ProxySettings, report: (problem: string) => void): CompiledSettings {
  const { matcher, problems } = createAddressMatcher(settings.trusted_ips.filter((entry) => entry !== 'unix:'));
  for (const problem of problems) report(`trusted_ips: ${problem}`);
  return {
    raw: settings,
    trusted: matcher,
    realIpHeader: settings.real_ip_header.toLowerCase(),
    responseTokens: responseTokens(settings.headers),
    upstreamRequestId: has(settings.headers_upstream, 'x-kong-request-id'),
    portMap: portMap(settings.port_maps, report),
    server: {
      limits: DEFAULT_LIMITS,
      maxRequests: settings.keepalive_requests,
      idleTimeoutMs: settings.keepalive_timeout * 1000,
      headTimeoutMs: settings.client_header_timeout * 1000,
      bodyTimeoutMs: settings.client_body_timeout * 1000,
      writeTimeoutMs: settings.send_timeout * 1000,
      lingerTimeoutMs: settings.lingering_timeout * 1000,
      ignoreClientAbort: settings.proxy_ignore_client_abort,
    },
  };
}

function responseTokens(headers: readonly string[]): ResponseTokens {
  const off = has(headers, 'off');
  const named = (name: string, group: string): boolean => !off && (has(headers, name) || has(headers, group));
  return {
    server: named('server', 'server_tokens'),
    via: named('via', 'server_tokens'),
    proxyLatency: named('x-kong-proxy-latency', 'latency_tokens'),
    upstreamLatency: named('x-kong-upstream-latency', 'latency_tokens'),
    responseLatency: named('x-kong-response-latency', 'latency_tokens'),
    upstreamStatus: named('x-kong-upstream-status', 'x-kong-upstream-status'),
    requestId: named('x-kong-request-id', 'x-kong-request-id'),
  };
}

function has(list: readonly string[], lowerName: string): boolean {
  return list.some((entry) => entry.toLowerCase() === lowerName);
}

function portMap(entries: readonly string[], report: (problem: string) => void): ReadonlyMap<number, number> {
  const map = new Map<number, number>();
  for (const entry of entries) {
    const match = /^(\d+):(\d+)$/.exec(entry.trim());
    if (match === null) report(`port_maps: '${entry}' is no pair of ports: write it as 80:8000`);
    // Kong writes what clients see first.
    else map.set(Number(match[2]), Number(match[1]));
  }
  return map;
}
