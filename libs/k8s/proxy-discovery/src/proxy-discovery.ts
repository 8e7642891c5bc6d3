import type { Disposable } from '@gibbon/contracts/module';
import type { ProxyTarget, ProxyTargets } from '@gibbon/contracts/publisher';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import { SHARED_PLANE, type PlaneName } from '@gibbon/contracts/translator';
import type { KubeClient } from '@gibbon/k8s-client';
import { namespaceOf, SERVICE_NAME_LABEL, slimObject, type EndpointSlice } from '@gibbon/k8s-types';
import { adminEndpoints, type EndpointRule, type FoundProxy, type ProxyCredentials } from './admin-endpoints.ts';
import { SliceFeed } from './slice-feed.ts';

/** The Service of the shared proxies' Admin APIs. */
export interface ProxyService extends EndpointRule {
  readonly namespace: string;
  readonly name: string;
}

/** Where the Gateways are that have proxies of their own. */
export interface PlaneHomes {
  /** Namespace of the Gateway whose plane it is; `null` where there is no such Gateway. */
  homeOf(plane: PlaneName): string | null;
  /** Calls the listener when an answer of `homeOf` may have become another, until the result is disposed. */
  onChange(listener: () => void): Disposable;
}

/** How proxies of managed Gateways are found. */
export interface ManagedProxies {
  /** Selects their EndpointSlices, e.g. `gibbon.dev/role=admin`. */
  readonly labelSelector: string;
  /** Label of an EndpointSlice whose value is the plane. */
  readonly planeLabel: string;
  readonly portName: string;
  /** Those by which the proxies of a plane are known, and no others; `null`: they speak plain HTTP. */
  readonly credentials: ((plane: PlaneName) => ProxyCredentials) | null;
  /** Namespaces to look in; empty: all. */
  readonly namespaces: readonly string[];
  readonly homes: PlaneHomes;
}

/** What a {@link ProxyDiscovery} works with. */
export interface ProxyDiscoveryOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What a {@link ProxyDiscovery} looks for. */
export interface DiscoveryTargets {
  readonly service: ProxyService | null;
  readonly managed: ManagedProxies | null;
}

/** The proxies in an EndpointSlice, as far as it is to be believed. */
type Reading = (slice: EndpointSlice) => readonly FoundProxy[];

/** An EndpointSlice, and the proxies that were last seen in it. */
interface KnownSlice {
  readonly slice: EndpointSlice;
  readonly read: Reading;
  proxies: readonly FoundProxy[];
}

/**
 * Finds proxies by the EndpointSlices of their Services, and follows them. Whatever happens to a slice is told on, as a
 * proxy that was restarted may look like before: its targets are other objects then, those of all other slices the same.
 *
 * A slice of a managed Gateway's proxies counts only in the namespace of that Gateway. Whoever may create Services in
 * another namespace could otherwise call for the configuration of any Gateway, with its private keys. And the proxies of each
 * Gateway have a name of their own to prove, as whoever writes slices may give addresses of other proxies.
 */
export class ProxyDiscovery implements ProxyTargets, Disposable {
  readonly #options: ProxyDiscoveryOptions;
  readonly #observers = new Set<(targets: readonly ProxyTarget[]) => void>();
  readonly #slices = new Map<string, KnownSlice>();
  readonly #end = new AbortController();
  readonly #running: Promise<void>[] = [];
  #homes: Disposable | null = null;
  #targets: readonly ProxyTarget[] = [];

  constructor(options: ProxyDiscoveryOptions) {
    this.#options = options;
  }

  observe(changed: (targets: readonly ProxyTarget[]) => void): Disposable {
    this.#observers.add(changed);
    changed(this.#targets);
    return { dispose: () => void this.#observers.delete(changed) };
  }

  /** Begins to look; until then there are no proxies. Called once. */
  start({ service, managed }: DiscoveryTargets): void {
    if (this.#end.signal.aborted) return;
    if (service !== null) {
      const { namespace, name } = service;
      this.#follow({ namespace, labelSelector: `${SERVICE_NAME_LABEL}=${name}` }, (slice) => adminEndpoints(slice, service, SHARED_PLANE));
    }
    if (managed === null) return;
    for (const namespace of managed.namespaces.length === 0 ? [''] : managed.namespaces)
      this.#follow({ namespace, labelSelector: managed.labelSelector }, (slice) => managedEndpoints(slice, managed));
    this.#homes = managed.homes.onChange(() => this.#review());
  }

  /** Ends all requests. The observers are told nothing any more. */
  async dispose(): Promise<void> {
    this.#observers.clear();
    this.#end.abort();
    void this.#homes?.dispose();
    await Promise.all(this.#running);
  }

  #follow(selection: { readonly namespace: string; readonly labelSelector: string }, read: Reading): void {
    // A slice may be selected twice, and is another to each reading.
    const prefix = `${this.#running.length} `;
    const feed = new SliceFeed({ ...this.#options, selection, apply: (changes) => this.#apply(changes, prefix, read) });
    this.#running.push(feed.run(this.#end.signal));
  }

  #apply(changes: readonly ObjectChange[], prefix: string, read: Reading): void {
    for (const change of changes) {
      if (change.type === 'delete') {
        this.#slices.delete(`${prefix}${change.ref.namespace}/${change.ref.name}`);
        continue;
      }
      const slice = slimObject(change.object as EndpointSlice);
      this.#slices.set(`${prefix}${namespaceOf(slice)}/${slice.metadata.name}`, { slice, read, proxies: read(slice) });
    }
    this.#tell();
  }

  /** A Gateway has come or gone: its slices may have come before it. */
  #review(): void {
    let isOther = false;
    for (const known of this.#slices.values()) {
      const proxies = known.read(known.slice);
      // What is in a slice does not depend on Gateways, but whether it is to be believed.
      if (proxies.length === known.proxies.length) continue;
      known.proxies = proxies;
      isOther = true;
    }
    if (isOther) this.#tell();
  }

  #tell(): void {
    if (this.#end.signal.aborted) return;
    this.#targets = distinct([...this.#slices.values()].flatMap(({ proxies }) => proxies));
    this.#options.logger.debug({ proxies: this.#targets.length }, 'proxies have come, gone or changed');
    for (const changed of [...this.#observers]) changed(this.#targets);
  }
}

/**
 * One target for each Pod, by IPv4 where it has both; and for each address, which Pods have one after the other. Of each plane
 * by itself: slices of one may give Pods and addresses of another.
 */
function distinct(proxies: readonly FoundProxy[]): readonly ProxyTarget[] {
  const byPod = new Map<string, FoundProxy>();
  for (const proxy of proxies) {
    const key = `${proxy.target.plane ?? SHARED_PLANE} ${proxy.pod}`;
    if (byPod.get(key)?.family !== 'IPv4' || proxy.family === 'IPv4') byPod.set(key, proxy);
  }
  return [...new Map([...byPod.values()].map(({ target }) => [`${target.plane ?? SHARED_PLANE} ${target.url}`, target])).values()];
}

function managedEndpoints(slice: EndpointSlice, managed: ManagedProxies): readonly FoundProxy[] {
  const { planeLabel, portName, credentials, homes } = managed;
  const plane = slice.metadata.labels?.[planeLabel] ?? '';
  if (plane === SHARED_PLANE || homes.homeOf(plane) !== namespaceOf(slice)) return [];
  const scheme = credentials === null ? 'http' : 'https';
  return adminEndpoints(slice, { portNames: [portName], credentials: credentials?.(plane) ?? null, servername: null, scheme }, plane);
}
