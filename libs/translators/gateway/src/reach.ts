import { isIP } from 'node:net';
import { SLICES_OF_SERVICE } from '@gibbon/annotations';
import { SHARED_PLANE, type ControllerSettings, type PlaneName, type TrackedRead } from '@gibbon/contracts/translator';
import { bad, MANAGED_LABELS, managedService, type Verdict } from '@gibbon/gateway-attachment';
import type { EndpointSlice, Gateway, GatewayAddress, Service } from '@gibbon/k8s-types';
import { publishedAddresses, serviceAddresses, type PublishedAddress } from '@gibbon/published-addresses';

/** Types of addresses that a Gateway may ask for. */
export const ADDRESS_TYPES: readonly string[] = ['IPAddress', 'Hostname'];

/** An entry of `status.addresses`. */
export interface StatusAddress {
  readonly type: 'IPAddress' | 'Hostname';
  readonly value: string;
}

/** Where clients reach a Gateway. */
export interface GatewayReach {
  /** Those that it really has; of a Gateway that asks for some no others. */
  readonly addresses: readonly StatusAddress[];
  /** Why it cannot be reached (yet), or `null`. */
  readonly problem: Verdict | null;
  /** Why its proxies serve nothing yet, or `null`. */
  readonly proxies: Verdict | null;
}

/** `status.addresses` takes no more. */
const MAX_ADDRESSES = 16;

/**
 * Finds out where clients reach a Gateway: those of its own Service for one with proxies of its own, the published ones
 * otherwise.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspecaddress
 */
export function reachOf(gateway: Gateway, plane: PlaneName, settings: ControllerSettings, read: TrackedRead): GatewayReach {
  if (plane === SHARED_PLANE) {
    const isKnown = settings.publishService !== undefined || (settings.publishStatusAddresses ?? []).length > 0;
    const assigned = statusAddresses(publishedAddresses(settings, read));
    return { ...chosen(gateway, assigned, isKnown), proxies: null };
  }
  const { namespace, name } = managedService(gateway);
  const found = read.get<Service>('Service', namespace, name);
  // Of that name there may be one that somebody else has made, which leads elsewhere.
  const service = found?.metadata.labels?.[MANAGED_LABELS.gatewayUid] === plane ? found : null;
  const proxies = proxiesProblem(`${namespace}/${name}`, service !== null, read);
  const { addresses, problem } = chosen(gateway, service === null ? [] : statusAddresses(serviceAddresses(service)), service !== null);
  return { addresses, problem: problem ?? proxies, proxies };
}

/** A proxy is ready only when it has a configuration. */
function proxiesProblem(service: string, exists: boolean, read: TrackedRead): Verdict | null {
  if (!exists) return bad('Pending', `Service ${service} of the Gateway's proxies does not exist yet`);
  const slices = read.index<EndpointSlice>(SLICES_OF_SERVICE.name, service);
  const isReady = slices.some(({ endpoints }) => (endpoints ?? []).some(({ conditions }) => conditions?.ready ?? true));
  return isReady ? null : bad('NoResources', `no proxy of Service ${service} is ready yet`);
}

/** Of the assigned addresses those that the Gateway asks for; all of them where it asks for none. */
function chosen(
  { spec }: Gateway,
  assigned: readonly StatusAddress[],
  isKnown: boolean,
): { readonly addresses: readonly StatusAddress[]; readonly problem: Verdict | null } {
  const wanted = spec.addresses ?? [];
  const addresses = (wanted.length === 0 ? assigned : assigned.filter((address) => wanted.some((each) => asksFor(each, address)))).slice(
    0,
    MAX_ADDRESSES,
  );
  const unusable = wanted.filter((each) => hasValue(each) && !assigned.some((address) => asksFor(each, address)));
  if (unusable.length > 0) {
    const has = assigned.length === 0 ? 'they have none (yet)' : `they have ${assigned.map(({ value }) => value).join(', ')}`;
    const values = unusable.map(({ value }) => value).join(', ');
    return { addresses, problem: bad('AddressNotUsable', `the Gateway's proxies cannot be reached at ${values}: ${has}`) };
  }
  if (addresses.length > 0 || !isKnown) return { addresses, problem: null };
  return { addresses, problem: bad('AddressNotAssigned', 'the Service of the proxies has no address yet') };
}

/** Whether a Gateway asks for an address, by its value or, without one, for any of its type. */
function asksFor(wanted: GatewayAddress, { type, value }: StatusAddress): boolean {
  return (wanted.type ?? 'IPAddress') === type && (!hasValue(wanted) || canonical(wanted.value ?? '') === canonical(value));
}

function hasValue({ value }: GatewayAddress): boolean {
  return value !== undefined && value !== '';
}

/** An IPv6 address in its one short form, a name in lower case. */
function canonical(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text.toLowerCase();
}

function statusAddresses(published: readonly PublishedAddress[]): readonly StatusAddress[] {
  return published.flatMap(({ ip, hostname }): StatusAddress[] => {
    if (ip !== undefined) return [{ type: 'IPAddress', value: ip }];
    return hostname === undefined ? [] : [{ type: 'Hostname', value: hostname }];
  });
}
