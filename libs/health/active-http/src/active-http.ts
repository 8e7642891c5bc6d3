import type { ActiveHealthCheck, HealthReport, ProbeTarget } from '@gibbon/contracts/health';
import { codeOf } from '@gibbon/contracts/errors';
import type { HttpClient } from '@gibbon/contracts/services';
import { isIP, isIPv6 } from 'node:net';

/** What to ask for, and what to think of the answer. */
export interface ProbeSettings {
  readonly type: 'http' | 'https';
  readonly path: string;
  /** `Host`; `null` for the target's own name. */
  readonly host: string | null;
  /** Flat list, beside `Host`. */
  readonly headers: readonly string[];
  readonly timeoutMs: number;
  /** TLS server name; `null` for the host's. */
  readonly sni: string | null;
  readonly verify: boolean;
  readonly healthy: ReadonlySet<number>;
  readonly unhealthy: ReadonlySet<number>;
}

/** Probes a target with one request on a connection of its own. Nothing but the status counts. */
export class ActiveHttpCheck implements ActiveHealthCheck {
  readonly mode = 'active';
  readonly #settings: ProbeSettings;
  readonly #http: HttpClient;

  constructor(settings: ProbeSettings, http: HttpClient) {
    this.#settings = settings;
    this.#http = http;
  }

  async probe(target: ProbeTarget, signal: AbortSignal): Promise<HealthReport> {
    const { type, path, headers, timeoutMs, verify } = this.#settings;
    const host = this.#settings.host ?? target.hostname;
    const address = isIPv6(target.host) ? `[${target.host}]` : target.host;
    try {
      const { status } = await this.#http.request({
        url: `${type}://${address}:${target.port}${path}`,
        headers: ['Host', isIPv6(host) ? `[${host}]` : host, ...headers],
        timeoutMs,
        verify,
        signal,
        servername: this.#servername(host),
        maxBodyBytes: 0,
      });
      return this.#judge(status);
    } catch (error) {
      return reportOf(codeOf(error), signal);
    }
  }

  /** TLS has no server names that are addresses. */
  #servername(host: string): string {
    if (this.#settings.sni !== null) return this.#settings.sni;
    if (isIP(host) !== 0) return '';
    return host.replace(/:\d+$/, '');
  }

  #judge(status: number): HealthReport {
    if (this.#settings.healthy.has(status)) return 'success';
    return this.#settings.unhealthy.has(status) ? 'http_failure' : 'ignore';
  }
}

function reportOf(code: string | null, signal: AbortSignal): HealthReport {
  if (signal.aborted) return 'ignore';
  if (code === 'GW_HTTP_TIMEOUT') return 'timeout';
  return code === 'GW_HTTP_PROTOCOL' ? 'http_failure' : 'tcp_failure';
}
