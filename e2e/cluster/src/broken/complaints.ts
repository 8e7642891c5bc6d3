import type { KubeApi } from '../support/kube-api.ts';
import type { KubeObject, ObjectKey } from '../support/objects.ts';

/** Something that is said about an object. */
export interface Complaint {
  /** `event`, or the type of a condition and what it is, e.g. `Accepted=False`. */
  readonly where: string;
  readonly reason: string;
  readonly message: string;
}

const EVENTS = { apiVersion: 'events.k8s.io/v1', kind: 'Event' } as const;

const WITH_STATUS: readonly Pick<ObjectKey, 'apiVersion' | 'kind'>[] = [
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  { apiVersion: 'configuration.konghq.com/v1', kind: 'KongConsumer' },
  { apiVersion: 'configuration.konghq.com/v1beta1', kind: 'KongConsumerGroup' },
  { apiVersion: 'configuration.konghq.com/v1beta1', kind: 'KongUpstreamPolicy' },
  { apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin' },
  { apiVersion: 'configuration.konghq.com/v1', kind: 'KongClusterPlugin' },
];

/** Everything that warnings and conditions say about objects of a namespace and about those that are in none, by `<Kind>/<name>`. */
export async function complaints(api: KubeApi, namespace: string): Promise<ReadonlyMap<string, readonly Complaint[]>> {
  const said = new Map<string, Complaint[]>();
  const add = (key: string, complaint: Complaint): void => void (said.get(key)?.push(complaint) ?? said.set(key, [complaint]));
  for (const event of await api.list(EVENTS)) {
    const about = event['regarding'] as { readonly kind: string; readonly name: string; readonly namespace?: string };
    if (event['type'] !== 'Warning' || (about.namespace ?? namespace) !== namespace) continue;
    add(`${about.kind}/${about.name}`, { where: 'event', reason: String(event['reason']), message: String(event['note']) });
  }
  for (const kind of WITH_STATUS) {
    for (const object of await api.list(kind, namespace)) {
      for (const complaint of badConditions(object)) add(`${kind.kind}/${object.metadata.name}`, complaint);
    }
  }
  return said;
}

function badConditions({ status }: KubeObject): readonly Complaint[] {
  const owners: readonly any[] = [status, ...(status?.listeners ?? []), ...(status?.parents ?? []), ...(status?.ancestors ?? [])];
  const conditions: readonly any[] = owners.flatMap((owner) => owner?.conditions ?? []);
  return conditions
    .filter(({ type, status: is }) => is === (/Conflicted|Partially/.test(type) ? 'True' : 'False'))
    .map(({ type, status: is, reason, message }) => ({ where: `${type}=${is}`, reason, message }));
}
