import type { ProxyTarget } from '@gibbon/contracts/publisher';
import { SHARED_PLANE, type PlaneName } from '@gibbon/contracts/translator';
import type { EndpointPort, EndpointSlice } from '@gibbon/k8s-types';

/** What a controller proves itself with at proxies, and whom it trusts there. */
export interface ProxyCredentials {
  /** PEM. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Name that the certificates of proxies have. */
  readonly servername: string;
}

/** How the proxies of a kind of EndpointSlices are talked to. */
export interface EndpointRule {
  /** Names of ports that may be the Admin API's, in order of preference. */
  readonly portNames: readonly string[];
  /** For `https`; `null`: as the publisher's options say. */
  readonly credentials: ProxyCredentials | null;
  /** TLS server name where there are no credentials; `null`: the address, or what the publisher's options say. */
  readonly servername: string | null;
  /** Scheme of a port; default {@link schemeOf}. */
  readonly scheme?: 'http' | 'https';
}

/** A proxy in an EndpointSlice. */
export interface FoundProxy {
  /** What tells it from others: a Pod of two address families is in two slices. */
  readonly pod: string;
  readonly family: EndpointSlice['addressType'];
  readonly target: ProxyTarget;
}

/** Port at which Kong's Admin API speaks TLS, unless told otherwise. */
const TLS_PORT = 8444;

/**
 * The Admin APIs that an EndpointSlice shows. Endpoints that are not ready are among them, because a proxy becomes ready by
 * being configured; those that terminate are not.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/gateway-discovery/
 */
export function adminEndpoints(slice: EndpointSlice, rule: EndpointRule, plane: PlaneName): readonly FoundProxy[] {
  if (slice.addressType === 'FQDN') return [];
  const port = adminPort(slice.ports ?? [], rule.portNames);
  if (port === null) return [];
  const scheme = rule.scheme ?? schemeOf(port);
  const servername = rule.credentials?.servername ?? rule.servername;
  const secure = scheme === 'https' ? { ...(servername === null ? {} : { servername }), ...tlsOf(rule.credentials) } : {};
  const found: FoundProxy[] = [];
  for (const { addresses, conditions, targetRef } of slice.endpoints ?? []) {
    const [address] = addresses;
    if (address === undefined || conditions?.terminating === true) continue;
    const host = slice.addressType === 'IPv6' ? `[${address}]` : address;
    const url = `${scheme}://${host}:${port.port}`;
    const target = { name: targetRef?.name ?? address, url, ...secure, ...(plane === SHARED_PLANE ? {} : { plane }) };
    found.push({ pod: targetRef?.uid ?? url, family: slice.addressType, target });
  }
  return found;
}

/** The port by the first name that the slice has. */
function adminPort(ports: readonly EndpointPort[], names: readonly string[]): { readonly name: string; readonly port: number } | null {
  for (const name of names) {
    const found = ports.find((port) => (port.name ?? '') === name && (port.protocol ?? 'TCP') === 'TCP');
    if (found !== undefined && typeof found.port === 'number') return { name, port: found.port };
  }
  return null;
}

/** Kong's names tell which ports speak TLS. */
function schemeOf({ name, port }: { readonly name: string; readonly port: number }): 'http' | 'https' {
  return name.endsWith('-tls') || port === TLS_PORT ? 'https' : 'http';
}

function tlsOf(credentials: ProxyCredentials | null): Pick<ProxyTarget, 'tls'> {
  return credentials === null ? {} : { tls: credentials.tls };
}
