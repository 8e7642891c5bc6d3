/** A host as Kong reads it. */
export interface NormalisedHost {
  readonly type: 'name' | 'ipv4' | 'ipv6';
  /** The name as given; IPv4 without leading zeros; IPv6 as eight groups of four lower-case digits, without brackets. */
  readonly host: string;
  readonly port: number | null;
}

/** Kong's text of what is wrong with a host. */
export interface HostProblem {
  readonly error: string;
}

/**
 * Reads `host`, `host:port` or `[v6]:port` by Kong's rules: an IPv6 address has more than one colon, an IPv4 address only
 * digits and dots, everything else is a name.
 */
export function normaliseHost(text: string): NormalisedHost | HostProblem {
  const firstColon = text.indexOf(':');
  if (firstColon !== -1 && text.indexOf(':', firstColon + 1) !== -1) return normaliseIpv6(text);
  if (/^[\d.:]+$/.test(text)) return normaliseIpv4(text);
  return normaliseName(text);
}

/** The normalised form as text again: IPv6 in brackets, the port where there is one. */
export function formatHost(normalised: NormalisedHost, defaultPort: number | null = null): string {
  const port = normalised.port ?? defaultPort;
  const host = normalised.type === 'ipv6' ? `[${normalised.host}]` : normalised.host;
  return port === null ? host : `${host}:${port}`;
}

/** Format `host`: a name or address without a port. */
export function hostProblem(text: string): string | null {
  const result = normaliseHost(text);
  if ('error' in result) return result.error === 'invalid port number' ? 'must not have a port' : `invalid value: ${text}`;
  return result.port === null ? null : 'must not have a port';
}

/** Format `host-with-port`: a name or address, with or without a port. */
export function hostWithPortProblem(text: string): string | null {
  const result = normaliseHost(text);
  return 'error' in result ? result.error : null;
}

/** Format `sni`: a name, no address, no port. */
export function sniProblem(text: string): string | null {
  const result = normaliseHost(text);
  if ('error' in result) return result.error === 'invalid port number' ? 'must not have a port' : `invalid value: ${text}`;
  if (result.type !== 'name') return 'must not be an IP';
  return result.port === null ? null : 'must not have a port';
}

/** Format `wildcard-host`: a name that may have one `*` as its first or last character. */
export function wildcardHostProblem(text: string): string | null {
  const first = text.indexOf('*');
  if (first === -1) return sniProblem(text);
  if (first !== text.lastIndexOf('*')) return 'only one wildcard must be specified';
  if (first !== 0 && first !== text.length - 1) return 'wildcard must be leftmost or rightmost character';
  const problem = text === '*' ? null : sniProblem(text.replace('*', 'wildcard'));
  return problem?.startsWith('invalid value') === true ? `invalid value: ${text}` : problem;
}

/** Format `server-name`: a `wildcard-host`, or Gibbon's own, one on a single port: `*.example.com:8443`. */
export function serverNameProblem(text: string): string | null {
  const digits = /:(\d+)$/.exec(text)?.[1];
  const hasPort = digits !== undefined && Number(digits) > 0 && readPort(digits) !== undefined;
  return wildcardHostProblem(hasPort ? text.slice(0, -digits.length - 1) : text);
}

/** Format `route-host`: a name with an optional port and an optional `*` as its first or last label. */
export function routeHostProblem(text: string): string | null {
  const first = text.indexOf('*');
  if (first !== -1) {
    if (first !== text.lastIndexOf('*')) return 'invalid wildcard: must have at most one wildcard';
    if (!/^\*\.[^*]+$|^[^*]+\.\*(?::\d+)?$/.test(text)) return 'invalid wildcard: must be placed at leftmost or rightmost label';
  }
  const problem = hostWithPortProblem(text.replace('*', 'abc'));
  return problem === null ? null : problem.replace('abc', '*');
}

function normaliseName(text: string): NormalisedHost | HostProblem {
  const colon = text.indexOf(':');
  const host = colon === -1 ? text : text.slice(0, colon);
  const port = colon === -1 ? null : readPort(text.slice(colon + 1));
  if (port === undefined) return { error: 'invalid port number' };
  if (!/^[0-9A-Za-z\-._]+$/.test(host)) return { error: `invalid hostname: ${text}` };
  const labels = host.split('.');
  const bad = labels.some((label, index) => (label === '' ? index < labels.length - 1 : label.endsWith('-')));
  return bad || host === '.' ? { error: `invalid hostname: ${text}` } : { type: 'name', host, port };
}

function normaliseIpv4(text: string): NormalisedHost | HostProblem {
  const [, address, digits] = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d+))?$/.exec(text) ?? [];
  if (address === undefined) return { error: `invalid ipv4 address: ${text}` };
  const octets = address.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return { error: `invalid ipv4 address: ${text}` };
  const port = digits === undefined ? null : readPort(digits);
  return port === undefined ? { error: 'invalid port number' } : { type: 'ipv4', host: octets.join('.'), port };
}

function normaliseIpv6(text: string): NormalisedHost | HostProblem {
  let address = text;
  let port: number | null | undefined = null;
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const rest = text.slice(end + 1);
    if (end === -1 || (rest !== '' && !rest.startsWith(':'))) return { error: `invalid ipv6 address: ${text}` };
    address = text.slice(1, end);
    if (rest !== '') port = readPort(rest.slice(1));
  }
  if (port === undefined) return { error: 'invalid port number' };
  const host = expandIpv6(address);
  return host === null ? { error: `invalid ipv6 address: ${text}` } : { type: 'ipv6', host, port };
}

/** Eight groups of four digits, or `null`. */
function expandIpv6(address: string): string | null {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return null;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.map((group) => group.toLowerCase().padStart(4, '0')).join(':');
}

/** @returns `undefined` for what is no port. */
function readPort(digits: string): number | undefined {
  if (!/^\d{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  return port <= 65535 ? port : undefined;
}
