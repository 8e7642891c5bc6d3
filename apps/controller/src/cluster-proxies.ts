import { codeOf } from '@gibbon/contracts/errors';
import type { ProxyTargets } from '@gibbon/contracts/publisher';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { Leadership } from '@gibbon/contracts/status';
import { SHARED_PLANE, type ControllerSettings } from '@gibbon/contracts/translator';
import { MANAGED_LABELS } from '@gibbon/gateway-attachment';
import { AdminIdentity, adminServerName, ensureProxySecret } from '@gibbon/k8s-admin-identity';
import { Backoff, pause, type KubeClient } from '@gibbon/k8s-client';
import { ADMIN_PORT_NAME, ADMIN_SELECTOR, GatewayProvisioner, type ManagedGateways } from '@gibbon/k8s-gateway-provisioner';
import { ProxyDiscovery, type ManagedProxies } from '@gibbon/k8s-proxy-discovery';
import { leadingTargets } from './leading-targets.ts';
import type { ProxiesOptions } from './options.ts';
import type { SourceTap } from './tapped-source.ts';

/** What {@link ClusterProxies} work with. */
export interface ClusterProxiesParts {
  readonly options: ProxiesOptions;
  readonly settings: ControllerSettings;
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

type Report = Parameters<Parameters<SourceTap['reportTo']>[0]>;

const BACKOFF = { firstMs: 200, maxMs: 15_000 };

/**
 * The proxies of a cluster: finds those that there are, and makes those of managed Gateways. Neither keeps the controller
 * from starting; both begin as soon as the certificates are there by which controller and proxies know each other.
 */
export class ClusterProxies {
  readonly #parts: ClusterProxiesParts;
  readonly #discovery: ProxyDiscovery;
  readonly #provisioner: GatewayProvisioner | null;
  readonly #end = new AbortController();
  #running: Promise<void> | null = null;
  #report: ((...report: Report) => void) | null = null;

  constructor(parts: ClusterProxiesParts) {
    const { options, settings, client, leadership, clock, random, log } = parts;
    this.#parts = parts;
    this.#discovery = new ProxyDiscovery({ client, clock, random, logger: log.child({ module: 'proxy-discovery' }) });
    this.#provisioner =
      options.managed === null
        ? null
        : new GatewayProvisioner({
            client,
            clock,
            random,
            leadership,
            settings,
            proxies: options.managed,
            namespaces: options.namespaces,
            logger: log.child({ module: 'gateway-provisioner' }),
            report: (ref, problem) => this.#report?.(ref, `proxies of ${ref.namespace}/${ref.name}`, problem),
          });
  }

  /** The proxies that are found, for the replica that leads. */
  get targets(): ProxyTargets {
    return leadingTargets(this.#discovery, this.#parts.leadership);
  }

  /** What has to hear of Gateways and their classes; `null` where none are managed. */
  get tap(): SourceTap | null {
    const provisioner = this.#provisioner;
    if (provisioner === null) return null;
    return {
      apply: (changes) => provisioner.apply(changes),
      synced: () => provisioner.synced(),
      reportTo: (report) => void (this.#report = report),
    };
  }

  /** Begins; does not wait for the API server. */
  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.#provisioner?.dispose();
    await this.#discovery.dispose();
  }

  async #run(): Promise<void> {
    const { options } = this.#parts;
    const identity = options.identitySecret === '' ? null : await this.#openIdentity();
    if (this.#end.signal.aborted) return;
    const credentials = identity === null ? null : (plane = SHARED_PLANE) => ({ tls: identity.client, servername: adminServerName(plane) });
    this.#provisioner?.start(identity);
    this.#discovery.start({
      service:
        options.service === null
          ? null
          : { ...options.service, credentials: options.service.usesIdentity ? (credentials?.() ?? null) : null },
      managed: this.#provisioner === null ? null : managedOf(this.#provisioner.gateways, options.namespaces, credentials),
    });
    if (identity !== null) await this.#certifyShared(identity);
  }

  #openIdentity(): Promise<AdminIdentity | null> {
    const { client, clock, log, options } = this.#parts;
    const logger = log.child({ module: 'admin-identity' });
    return this.#untilDone(() =>
      AdminIdentity.open({ client, clock, logger, namespace: client.namespace, secretName: options.identitySecret }),
    );
  }

  /** Gives the shared proxies their certificate; until then their pods wait. */
  async #certifyShared(identity: AdminIdentity): Promise<void> {
    const { client, log, options } = this.#parts;
    const { namespace = '', certificateSecret: name = '' } = options.service ?? {};
    if (name === '') return;
    const logger = log.child({ module: 'admin-identity' });
    await this.#untilDone(() => ensureProxySecret(identity, { client, logger, namespace, name }));
  }

  /** Tries until it succeeds: somebody may mend the Secret, or what may be done with it. @returns `null` when it ends before. */
  async #untilDone<T>(attempt: () => Promise<T>): Promise<T | null> {
    const { clock, random, log } = this.#parts;
    const { signal } = this.#end;
    const backoff = new Backoff(BACKOFF, random);
    let told = '';
    while (!signal.aborted) {
      try {
        return await attempt();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== told) {
          log.error(
            { module: 'admin-identity', err: error, code: codeOf(error) },
            'proxies cannot be configured before there are certificates',
          );
        }
        told = message;
        await pause(clock, backoff.next(), signal);
      }
    }
    return null;
  }
}

function managedOf(homes: ManagedGateways, namespaces: readonly string[], credentials: ManagedProxies['credentials']): ManagedProxies {
  return {
    labelSelector: ADMIN_SELECTOR,
    planeLabel: MANAGED_LABELS.gatewayUid,
    portName: ADMIN_PORT_NAME,
    credentials,
    namespaces,
    homes,
  };
}
