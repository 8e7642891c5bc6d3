/** How the proxies of managed Gateways are run. */
export interface ManagedProxySettings {
  /** Image whose program is a proxy. */
  readonly image: string;
  /** When it is pulled; `null`: as Kubernetes decides. */
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never' | null;
  /** Secrets for its registry, which have to be in the namespaces of the Gateways. */
  readonly imagePullSecrets: readonly string[];
  /** Proxies of a Gateway. `null`: one, unless an autoscaler or somebody else scales the Deployment. */
  readonly replicas: number | null;
  /** Threads of a proxy that serve requests; 0: its main thread. */
  readonly workers: number;
  /** Least severe lines in the logs of proxies. */
  readonly logLevel: string;
}
