/**
 * Host names as the Gateway API has them: a name, `*.` and a name, or empty for every host. Lower case.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#hostname
 */
export type HostPattern = string;

/** Whether every host that `inner` stands for is one of `outer`. `*.a.test` covers `b.a.test` and `c.b.a.test`, not `a.test`. */
export function coversHost(outer: HostPattern, inner: HostPattern): boolean {
  if (outer === '' || outer === inner) return true;
  if (!outer.startsWith('*.')) return false;
  return inner.endsWith(outer.slice(1)) && inner.length > outer.length - 1;
}

/** The hosts that both stand for, or `null` for none. */
export function intersectHosts(a: HostPattern, b: HostPattern): HostPattern | null {
  if (coversHost(a, b)) return b;
  return coversHost(b, a) ? a : null;
}

/** Orders host names by precedence: names before wildcards, longer before shorter, every host last. */
export function compareHosts(a: HostPattern, b: HostPattern): number {
  const exact = Number(isExactHost(b)) - Number(isExactHost(a));
  return exact !== 0 ? exact : b.length - a.length;
}

/** Whether it is a name, and no wildcard. */
export function isExactHost(host: HostPattern): boolean {
  return host !== '' && !host.startsWith('*');
}
