import type { ListenDirective } from '@gibbon/net';
import type { LogSettings } from '@gibbon/logging';
import type { IdentityFiles } from '@gibbon/dataplane-tls';
import type { TransportSetting } from '@gibbon/dataplane-transport';

/** Third-party modules to load. */
export interface ModulePackages {
  /** npm packages or folders, by name. */
  readonly names: readonly string[];
  /** Folder from which they are resolved. */
  readonly folder: string;
}

/** How a proxy runs. */
export interface ProxyOptions {
  readonly proxyListen: readonly ListenDirective[];
  /** Empty: off. */
  readonly adminListen: readonly ListenDirective[];
  /** Empty: off. */
  readonly statusListen: readonly ListenDirective[];
  /** Certificate of the Admin API and the Status API where they speak TLS; `null`: a self-signed one. */
  readonly adminTls: IdentityFiles | null;
  /** File that keeps the last configuration which came by the Admin API, for the next start; `null`: none. */
  readonly configCache: string | null;
  /** Threads that serve; 0: the main thread. */
  readonly workers: number;
  readonly transport: TransportSetting;
  readonly trustedIps: readonly string[];
  /** How long a request waits for a plugin; 0 for no limit. Milliseconds. */
  readonly pluginTimeoutMs: number;
  readonly modules: ModulePackages;
  readonly log: LogSettings;
}
