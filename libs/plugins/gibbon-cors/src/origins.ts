/** Whether scripts of an origin may read responses. Called per request. */
export type OriginTest = (origin: string) => boolean;

/** Longer than any origin: a host name has at most 253 characters. */
const MAX_LENGTH = 512;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Compiles origins: `scheme://host[:port]`, where the host may begin with `*`, which stands for one or more labels. */
export function compileOrigins(entries: readonly string[]): OriginTest {
  if (entries.includes('*')) return () => true;
  const exact = new Set<string>();
  const wildcards: { readonly before: string; readonly after: string }[] = [];
  for (const entry of entries) {
    const origin = normalise(entry);
    const star = origin.indexOf('*');
    if (star === -1) exact.add(origin);
    else wildcards.push({ before: origin.slice(0, star), after: origin.slice(star + 1) });
  }
  return (text) => {
    if (text.length > MAX_LENGTH) return false;
    const origin = normalise(text);
    if (exact.has(origin)) return true;
    return wildcards.some(
      ({ before, after }) => origin.length > before.length + after.length && origin.startsWith(before) && origin.endsWith(after),
    );
  };
}

/** Lower case, without the scheme's default port. */
function normalise(origin: string): string {
  const lower = origin.toLowerCase();
  const scheme = lower.slice(0, lower.indexOf('://'));
  const suffix = `:${DEFAULT_PORTS[scheme]}`;
  return lower.endsWith(suffix) ? lower.slice(0, -suffix.length) : lower;
}
