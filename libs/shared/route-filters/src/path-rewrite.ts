import { Nullable, Type } from '@gibbon/schema';
import { toByteString } from './byte-string.ts';

/** Options of a rewrite of the path; at most one of `fullPath` and `prefix` is given. */
export const pathRewriteOptions = {
  fullPath: Nullable(Type.String({ description: 'Takes the place of the whole path; the query stays.' })),
  prefix: Nullable(
    Type.String({ pattern: '^/', description: 'Path prefix that `prefixReplacement` takes the place of, by whole segments.' }),
  ),
  prefixReplacement: Type.String({ default: '/', description: 'What takes the place of `prefix`; `/` takes it away.' }),
};

/** A rewrite of the path as validated. */
export interface PathRewrite {
  readonly fullPath: string | null;
  readonly prefix: string | null;
  readonly prefixReplacement: string;
}

/** The path after the rewrite. Called per request. */
export type PathEdit = (path: string) => string;

/** Compiles a rewrite of the path; `null` where there is none. */
export function compilePathRewrite({ fullPath, prefix, prefixReplacement }: PathRewrite): PathEdit | null {
  if (fullPath !== null) {
    const whole = absolute(toByteString(fullPath));
    return () => whole;
  }
  if (prefix === null) return null;
  const matched = withoutSlash(toByteString(prefix));
  const replacement = withoutSlash(absolute(toByteString(prefixReplacement)));
  return (path) => replacePrefix(path, matched, replacement);
}

/**
 * `/foo/bar` with `/foo` for `/xyz` gives `/xyz/bar`; a path that does not begin with the prefix stays.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httppathmodifier
 */
function replacePrefix(path: string, prefix: string, replacement: string): string {
  if (!path.startsWith(prefix)) return path;
  const rest = path.slice(prefix.length);
  if (rest !== '' && !rest.startsWith('/')) return path;
  return `${replacement}${rest}` || '/';
}

/** `/` becomes empty, so that what follows begins with the slash. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
