import type { Configuration } from '@gibbon/contracts/entities';
import type { UpstreamHealth } from '@gibbon/dataplane-upstream';
import type { DeclarativeProblem } from '@gibbon/model';

/** What the Admin API and the Status API ask of the node, and the little that they may do to it. Implemented by the app. */
export interface AdminContext {
  readonly node: NodeInfo;
  /** Plugins that configurations may name. */
  plugins(): readonly PluginInfo[];
  /** The configuration that serves. Called per request: must not copy. */
  configuration(): ServingConfiguration;
  /**
   * Checks a document and puts it into service. Resolves when every worker serves it, or when it is clear that none will;
   * never rejects for bad documents. Calls may come at the same time; the node decides their order.
   */
  applyDeclarative(document: DeclarativeDocument, options: ApplyOptions): Promise<ApplyResult>;
  /**
   * Checks a difference to the configuration that serves and puts it into service; resolves and rejects as
   * `applyDeclarative`. Whether the base is the one that serves is decided when the difference has its turn.
   */
  applyDelta(document: DeltaDocument, options: ApplyOptions): Promise<ApplyResult | StaleBase>;
  /** How the targets of an upstream are, by the id of the upstream; `null` when no worker balances over it yet. */
  upstreamHealth(upstreamId: string): UpstreamHealth | null;
  /** Whether the node may be given traffic. */
  readiness(): Readiness;
  /** Connections, requests and memory, of all workers together. */
  statistics(): Promise<NodeStatistics> | NodeStatistics;
  /** Metrics in Prometheus's text format, all workers merged; `null` where metrics are not served. */
  metrics(): Promise<string | null> | string | null;
}

/** Facts of the node that do not change while it runs. */
export interface NodeInfo {
  /** UUID. */
  readonly id: string;
  readonly hostname: string;
  /** Version of Kong whose behaviour the node has: three numbers, because clients parse it. */
  readonly kongVersion: string;
  readonly gibbonVersion: string;
  readonly routerFlavor: 'traditional' | 'traditional_compatible' | 'expressions';
  readonly pid: number;
  /** Addresses that take traffic. */
  readonly proxyListeners: readonly ListenerInfo[];
  readonly adminListeners: readonly ListenerInfo[];
  readonly statusListeners: readonly ListenerInfo[];
}

/** One listening address. */
export interface ListenerInfo {
  readonly ip: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly http2: boolean;
}

/** A plugin that the node has. */
export interface PluginInfo {
  readonly name: string;
  readonly version: string;
  readonly priority: number;
}

/** The configuration in service. */
export interface ServingConfiguration {
  readonly configuration: Configuration;
  /** Kong's hash of it, 32 hex digits; zeros while nothing is loaded. */
  readonly hash: string;
  /** Digest of its content, `contentDigest` of whoever gave it (64 hex digits); `null` or absent where it is not known. */
  readonly content?: string | null;
  /** When it came into service, seconds since the epoch. */
  readonly loadedAt: number;
}

/** A posted document: parsed already, or YAML or JSON text. */
export interface DeclarativeDocument {
  readonly source: string | Readonly<Record<string, unknown>>;
  /** The text as posted, for the hash; `null` when there was none (a form field of its own kind). */
  readonly text: string | null;
}

/** A posted difference. */
export interface DeltaDocument {
  /** Hash of the configuration that it is a difference to. */
  readonly baseHash: string;
  /** By entity type, `{ upserted, deleted }`; not checked yet. */
  readonly delta: unknown;
  /** The text as posted, which includes the base's hash: its own hash names the result. */
  readonly text: string;
}

/** How to apply. */
export interface ApplyOptions {
  /** Whether faulty entities are left out (what serves of them stays) instead of refusing the whole. */
  readonly leaveOut: boolean;
}

/** What became of a posted document or difference. */
export type ApplyResult =
  /** Every worker serves it, less what was left out and what could not be used. `hash` is that of the result. */
  | { readonly outcome: 'applied'; readonly hash: string; readonly leftOut: readonly DeclarativeProblem[] }
  | { readonly outcome: 'invalid'; readonly errors: readonly DeclarativeProblem[] }
  /** Another configuration is being loaded. */
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number }
  /** The node is shutting down. */
  | { readonly outcome: 'exiting' }
  | { readonly outcome: 'timeout' };

/** Another configuration serves than the difference is to. */
export interface StaleBase {
  readonly outcome: 'stale';
  /** Hash of what serves. */
  readonly hash: string;
}

/** Whether the node may be given traffic, and if not, why. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: ReadinessReason };

/** Why a node is not ready. `no-configuration`: none was ever loaded; `empty-configuration`: one without entities was. */
export type ReadinessReason = 'starting' | 'no-configuration' | 'empty-configuration' | 'draining';

/** Counters of the node. */
export interface NodeStatistics {
  readonly connectionsActive: number;
  readonly connectionsReading: number;
  readonly connectionsWriting: number;
  readonly connectionsWaiting: number;
  readonly connectionsAccepted: number;
  readonly connectionsHandled: number;
  readonly totalRequests: number;
  /** One per worker. */
  readonly workers: readonly { readonly pid: number; readonly heapBytes: number }[];
  /** Shared memory by purpose. */
  readonly sharedMemory: Readonly<Record<string, { readonly capacityBytes: number; readonly usedBytes: number }>>;
}
