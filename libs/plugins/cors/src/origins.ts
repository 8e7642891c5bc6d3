/** A client's `Origin`, taken apart as Kong compares it. */
interface RequestOrigin {
  /** `scheme://host[:port]` without a default port; the field itself where it is no URL. */
  readonly normalised: string;
  readonly host: string;
}

/** Whether an origin may read the response. `null`: no origin matches, say nothing. */
export type AllowedOrigin = (origin: string | null) => string | null;

/** How the configured origins answer. */
export interface OriginRule {
  /** Whether the answer depends on the request, so that caches must keep answers apart. */
  readonly varies: boolean;
  /** `Access-Control-Allow-Origin` for a request, or `null` for none. */
  readonly allowed: AllowedOrigin;
}

/** Longer than any origin: a host name has at most 253 characters. What is longer matches nothing. */
const ORIGIN_LENGTH = 512;
/** Distinct origins to remember per configuration. */
const REMEMBERED = 1_000;
const PLAIN = /^[A-Za-z0-9.:/-]+$/;

/** Compiles the configured origins. Entries must be right, see {@link originProblem}. */
export function compileOrigins(entries: readonly string[] | null): OriginRule {
  const origins = entries ?? [];
  const [only] = origins;
  if (only === undefined || (origins.length === 1 && only === '*')) return { varies: false, allowed: () => '*' };
  if (origins.length === 1 && PLAIN.test(only)) return { varies: true, allowed: () => only };
  const any = origins.includes('*');
  const matchers = origins.map(compileEntry);
  return { varies: true, allowed: remember((origin) => (any ? '*' : firstMatch(origin, matchers))) };
}

/** What is wrong with an entry, or `null`. */
export function originProblem(entry: string): string | null {
  if (entry === '*' || PLAIN.test(entry)) return null;
  return toRegExp(entry) === null ? `'${entry}' is not a valid regex` : null;
}

function firstMatch(origin: string, matchers: readonly ((origin: RequestOrigin) => boolean)[]): string | null {
  if (origin.length > ORIGIN_LENGTH) return null;
  const parsed = parseOrigin(origin);
  return matchers.some((matches) => matches(parsed)) ? parsed.normalised : null;
}

function compileEntry(entry: string): (origin: RequestOrigin) => boolean {
  if (PLAIN.test(entry)) {
    const { normalised } = parseOrigin(entry);
    return (origin) => origin.normalised === normalised;
  }
  const pattern = toRegExp(entry);
  if (pattern === null) return () => false;
  return entry.includes(':') ? (origin) => pattern.test(origin.normalised) : (origin) => pattern.test(origin.host);
}

/** The whole subject must match, also with alternatives: `a|b` must not let `https://a.attacker.test` through. */
function toRegExp(entry: string): RegExp | null {
  const ignoreCase = entry.startsWith('(?i)');
  try {
    return new RegExp(`^(?:${ignoreCase ? entry.slice(4) : entry})$`, ignoreCase ? 'i' : '');
  } catch {
    return null;
  }
}

function parseOrigin(origin: string): RequestOrigin {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?/.exec(origin);
  const [, scheme, host, port] = match ?? [];
  if (scheme === undefined || host === undefined || host === '') return { normalised: origin, host: origin };
  const isDefault = (scheme === 'http' && port === '80') || (scheme === 'https' && port === '443');
  const suffix = port === undefined || port === '' || isDefault ? '' : `:${port}`;
  return { normalised: `${scheme}://${host}${suffix}`, host };
}

/** Matching runs expressions of the operator on text of the client: do it once per origin. */
function remember(decide: (origin: string) => string | null): AllowedOrigin {
  const known = new Map<string, string | null>();
  return (origin) => {
    if (origin === null) return null;
    let allowed = known.get(origin);
    if (allowed !== undefined) return allowed;
    if (known.size >= REMEMBERED) known.clear();
    allowed = decide(origin);
    if (origin.length <= ORIGIN_LENGTH) known.set(origin, allowed);
    return allowed;
  };
}
