import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ProxyTargets } from '@gibbon/contracts/publisher';
import type { ControllerSettings, TargetProfile } from '@gibbon/contracts/translator';
import type { ManagedProxySettings } from '@gibbon/k8s-gateway-provisioner';

/** A publisher module and its configuration as written. */
export interface PublisherSelection {
  readonly kind: 'publisher';
  readonly name: string;
  readonly config: unknown;
}

/** A source module and its configuration as written. */
export interface SourceSelection {
  readonly kind: 'source';
  readonly name: string;
  readonly config: unknown;
}

/** The Service by which the proxies that all unmanaged Gateways and Ingresses share are found. */
export interface SharedProxyService {
  readonly namespace: string;
  readonly name: string;
  /** Names of ports that may be the Admin API's, in order of preference. */
  readonly portNames: readonly string[];
  /** TLS server name of proxies; `null`: as the publisher's options say. */
  readonly servername: string | null;
  /** Whether they have certificates of the admin identity. */
  readonly usesIdentity: boolean;
  /** Secret in the namespace of the Service that is to have their certificate. Default: somebody else sees to it. */
  readonly certificateSecret?: string;
}

/** The proxies of a cluster: which are found, and which are made. */
export interface ProxiesOptions {
  /** `null`: the shared proxies are not looked for. */
  readonly service: SharedProxyService | null;
  /** How proxies of managed Gateways are run; `null`: there are none. Goes with `managedGateways` of the settings. */
  readonly managed: ManagedProxySettings | null;
  /** Secret in the controller's namespace, with the certificates by which controller and proxies know each other; empty: none. */
  readonly identitySecret: string;
  /** Namespaces whose Gateways are served; empty: all. */
  readonly namespaces: readonly string[];
}

/** The cluster that a controller belongs to. */
export interface ClusterOptions {
  /** Path; empty: the Pod's service account, or the usual kubeconfig outside of a Pod. */
  readonly kubeconfig: string;
  /** Empty: the kubeconfig's current one. */
  readonly context: string;
  /** Name of the Lease by which replicas elect the one that writes. */
  readonly leaseName: string;
  /** Whether statuses are written at all. */
  readonly updateStatus: boolean;
  /** Whether Events are written about objects that have problems. */
  readonly emitEvents: boolean;
  /** `null`: no proxies are found or made. */
  readonly proxies: ProxiesOptions | null;
}

/** Where the process answers whoever operates it. */
export interface ListenOptions {
  /** Empty: every address of the machine. */
  readonly host: string;
  readonly port: number;
  /** Whether the process must not run without; otherwise an address that is taken is a warning. */
  readonly required: boolean;
}

/** What the process tells whoever operates it; `null`: not at all. */
export interface OperationOptions {
  /** `/healthz` and `/readyz`. */
  readonly health: ListenOptions | null;
  /** `/metrics`. */
  readonly metrics: ListenOptions | null;
  /** `/debug/...`. */
  readonly diagnostics: ListenOptions | null;
  /** Whether dumps of configurations show their secrets. */
  readonly dumpSensitive: boolean;
}

/** How a controller runs. */
export interface ControllerOptions {
  /** Where objects come from, at least one. */
  readonly sources: readonly SourceSelection[];
  /** Statuses are written to this cluster's objects; `null`: to nobody's. */
  readonly cluster: ClusterOptions | null;
  /** Which objects are served, and what is said of them. */
  readonly settings: ControllerSettings;
  /** Default: nothing is opened. */
  readonly operation?: OperationOptions;
  /** What the configuration is for. */
  readonly profile: TargetProfile;
  readonly publishers: readonly PublisherSelection[];
  /** Third-party modules: npm packages or folders, and the folder from which they are resolved. */
  readonly modules: { readonly names: readonly string[]; readonly folder: string };
  /** The data plane of the same process, for the in-process publisher. */
  readonly sink?: ConfigurationSink;
  /** Proxies that a discovery finds, for the publisher to Admin APIs; on top of its URLs. */
  readonly proxyTargets?: ProxyTargets;
}
