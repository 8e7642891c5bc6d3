/** Registered names and IPv4 addresses; brackets around an IPv6 address; an optional port. */
const AUTHORITY = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=%]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/;

/**
 * Whether a Host value is well-formed: a name or an address with an optional port, no user information.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.2
 */
export function isAuthority(value: string): boolean {
  return AUTHORITY.test(value);
}

/** The host of an authority: without port, brackets kept, lower case. */
export function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':');
  const bracket = authority.lastIndexOf(']');
  return (colon > bracket ? authority.slice(0, colon) : authority).toLowerCase();
}

/** The port of an authority, or `null` when it has none. */
export function portOf(authority: string): number | null {
  const colon = authority.lastIndexOf(':');
  if (colon === -1 || colon < authority.lastIndexOf(']') || colon === authority.length - 1) return null;
  return Number(authority.slice(colon + 1));
}

/** A host as it stands in an authority: brackets around IPv6 addresses. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
