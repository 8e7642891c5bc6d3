import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ProxyTargets } from '@gibbon/contracts/publisher';
import type { TargetProfile } from '@gibbon/contracts/translator';

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

/** How a controller runs. */
export interface ControllerOptions {
  /** Where objects come from, at least one. */
  readonly sources: readonly SourceSelection[];
  readonly ingressClass: string;
  readonly ingressClassController: string;
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
