/** The part of a route that decides about paths. */
export interface PathRule {
  readonly strip_path: boolean;
  /** `v1`: plain concatenation; `v0`: with slashes looked after. */
  readonly path_handling: 'v0' | 'v1';
}

/**
 * The path asked of the upstream.
 * @param servicePath the service's path, or `null`.
 * @param requestPath normalised, starts with `/`.
 * @param prefix what the route matched; empty when it has no paths.
 * @example joinPaths('/service', '/route/req', '/route', { strip_path: true, path_handling: 'v0' }) // '/service/req'
 * @see https://developer.konghq.com/gateway/entities/route/#path-handling-algorithms
 */
export function joinPaths(servicePath: string | null, requestPath: string, prefix: string, rule: PathRule): string {
  const base = servicePath ?? '/';
  const handling = rule.path_handling;
  if (!rule.strip_path) return handling === 'v1' ? base + requestPath.slice(1) : joinWhole(base, requestPath);
  const rest = withoutDots(prefix === '' ? requestPath.slice(1) : requestPath.slice(prefix.length));
  return handling === 'v1' ? concatenate(base, rest) : joinRest(base, rest, requestPath);
}

function joinWhole(base: string, requestPath: string): string {
  if (base === '/') return requestPath;
  if (base.endsWith('/')) return base + requestPath.slice(1);
  return requestPath === '/' ? base : base + requestPath;
}

function joinRest(base: string, rest: string, requestPath: string): string {
  const slash = requestPath.endsWith('/');
  if (base.endsWith('/')) {
    if (rest === '') return base === '/' || slash ? base : base.slice(0, -1);
    return rest.startsWith('/') ? base.slice(0, -1) + rest : base + rest;
  }
  if (rest === '') return requestPath.length > 1 && slash ? `${base}/` : base;
  return rest.startsWith('/') ? base + rest : `${base}/${rest}`;
}

function concatenate(base: string, rest: string): string {
  return base.endsWith('/') && rest.startsWith('/') ? base + rest.slice(1) : base + rest;
}

/** Cutting a prefix in the middle of a segment can leave a dot segment that was none before. */
function withoutDots(rest: string): string {
  if (!rest.startsWith('.')) return rest;
  if (rest === '.' || rest === '..') return '';
  if (rest.startsWith('./')) return rest.slice(2);
  return rest.startsWith('../') ? rest.slice(3) : rest;
}
