import type { Dispatcher } from 'undici';

/** What a request is sent with. */
export interface ApiConnection {
  /** Credentials, e.g. `{ authorization: 'Bearer …' }`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Connections to the server; owned by the access. */
  readonly dispatcher: Dispatcher;
}

/** Where an API server is, and how to be let in. */
export interface ApiAccess {
  /** Scheme, host and port, and perhaps a path that comes before those of the API; no slash at the end. */
  readonly server: string;
  /** Namespace of this process: its Pod's, or that of the kubeconfig's context. */
  readonly namespace: string;
  /** Credentials and connections as they are now; called once per request. Rejects with a GatewayError `GW_K8S_CONFIG`. */
  connect(): Promise<ApiConnection>;
  /** Reads the credentials anew for the next request: the server has refused them. */
  renew(): void;
  /** Ends the connections, and what is running on them. */
  close(): Promise<void>;
}
