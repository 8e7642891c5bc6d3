import { setTimeout as sleep } from 'node:timers/promises';
import { AddressPool } from './address-pool.ts';
import type { ApiClient } from './api-client.ts';

/** A Service, as far as addresses depend on it. */
export interface Service {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly type?: string; readonly loadBalancerIP?: string; readonly loadBalancerClass?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** `spec.loadBalancerClass` of Services that are served here; those without a class are too. */
export const LOAD_BALANCER_CLASS = 'gibbon.dev/testbed';

const RETRY_MS = 200;
const SERVICES = '/api/v1/services';

/**
 * What the address in a Service's status has to become: a new address, `null` to take it away, or `undefined` when it is right.
 * kube-proxy serves whatever address is found there, so this is the whole of a load balancer.
 */
export function wantedAddress(service: Service, pool: AddressPool): string | null | undefined {
  const owner = ownerOf(service);
  const shown = service.status?.loadBalancer?.ingress?.[0]?.ip;
  const { type, loadBalancerClass, loadBalancerIP } = service.spec;
  const otherClass = loadBalancerClass !== undefined && loadBalancerClass !== LOAD_BALANCER_CLASS;
  if (type !== 'LoadBalancer' || otherClass) {
    const had = pool.owners().includes(owner);
    pool.release(owner);
    // What another implementation wrote is none of ours.
    return shown !== undefined && (type !== 'LoadBalancer' || had) ? null : undefined;
  }
  const wanted = loadBalancerIP === undefined || loadBalancerIP === '' ? shown : loadBalancerIP;
  const address = pool.allocate(owner, wanted) ?? (loadBalancerIP ? null : pool.allocate(owner));
  if (address === null) return shown === undefined ? undefined : null;
  return address === shown ? undefined : address;
}

function ownerOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Gives each Service of type LoadBalancer an address until `signal` ends it; the API server may come and go. */
export async function serveLoadBalancers(api: ApiClient, range: string, signal: AbortSignal): Promise<void> {
  const pool = new AddressPool(range);
  while (!signal.aborted) {
    try {
      await listAndWatch(api, pool, signal);
    } catch {
      // Unreachable, too old a version, a status that was in conflict: the next list tells how things are.
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

async function listAndWatch(api: ApiClient, pool: AddressPool, signal: AbortSignal): Promise<void> {
  const list = (await api.mustCall('GET', SERVICES)) as { metadata: { resourceVersion: string }; items: readonly Service[] };
  const present = new Set(list.items.map(ownerOf));
  for (const owner of pool.owners()) if (!present.has(owner)) pool.release(owner);
  // Those that have an address keep it, whoever else wants it.
  const [bearing, bare] = [list.items.filter(hasAddress), list.items.filter((service) => !hasAddress(service))];
  for (const service of [...bearing, ...bare]) await settle(api, pool, service);
  const from = `${SERVICES}?watch=1&resourceVersion=${list.metadata.resourceVersion}`;
  for await (const { type, object } of api.watch(from, signal)) {
    if (type === 'ERROR') return;
    if (type === 'DELETED') pool.release(ownerOf(object as Service));
    else if (type !== 'BOOKMARK') await settle(api, pool, object as Service);
  }
}

function hasAddress(service: Service): boolean {
  return service.status?.loadBalancer?.ingress?.[0]?.ip !== undefined;
}

async function settle(api: ApiClient, pool: AddressPool, service: Service): Promise<void> {
  const address = wantedAddress(service, pool);
  if (address === undefined) return;
  const { namespace, name } = service.metadata;
  const status = { loadBalancer: { ingress: address === null ? null : [{ ip: address, ipMode: 'VIP' }] } };
  const { status: code } = await api.call(
    'PATCH',
    `/api/v1/namespaces/${namespace}/services/${name}/status`,
    { status },
    'application/merge-patch+json',
  );
  if (code >= 300 && code !== 404) throw new Error(`status of Service ${namespace}/${name}: ${code}`);
}
