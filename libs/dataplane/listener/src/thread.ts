import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import type { CompileProblem, PipelineStats } from '@gibbon/dataplane-runtime';
import type { MetricsSnapshot } from '@gibbon/metrics';

/** What a data plane thread is told to serve. */
export interface ThreadConfiguration {
  readonly revision: number;
  /** The difference to the previous revision, or `null`: then `full` is set. */
  readonly delta: ConfigurationDelta | null;
  readonly full: Configuration | null;
}

/** A socket to open. */
export interface ThreadListener {
  /** IP address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly reusePort: boolean;
}

/** What a socket is bound to. */
export interface SocketAddress {
  /** IP address without brackets. */
  readonly host: string;
  /** The actual port. */
  readonly port: number;
}

/** A socket that is open. */
export interface ListeningAddress extends SocketAddress {
  readonly ssl: boolean;
}

/** One thread that serves traffic: in a worker, or in the process's main thread. */
export interface DataPlaneThread {
  /**
   * Serves a configuration from now on, the first one when the host names of its targets are known. What cannot be used is left out and returned. Never throws for bad entities.
   * Rejects with a GatewayError `GW_CONFIGURATION_BASE` for a difference to another revision than the one in force.
   */
  configure(configuration: ThreadConfiguration): Promise<readonly CompileProblem[]>;
  /**
   * Opens sockets; those that are open already stay as they are. Rejects with a GatewayError that names the address; what was
   * opened by this call is closed then.
   */
  listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]>;
  /**
   * Closes sockets and lets their connections end: idle ones at once, the others with their response. Resolves when the
   * sockets are closed. Addresses that are not open are ignored.
   */
  unlisten(addresses: readonly SocketAddress[]): Promise<void>;
  /** What this thread measured so far. */
  metrics(): MetricsSnapshot;
  /** What goes on in this thread. */
  stats(): PipelineStats;
  /** Stops accepting and resolves when the requests in flight have ended, or at the deadline. */
  drain(deadlineMs: number): Promise<void>;
  /** Closes everything that is left, at once. */
  close(): Promise<void>;
}
