import { encodePath, normalisePath } from '@gibbon/http';
import { percentProblem } from '@gibbon/schema';

/** Format `router-path`: a normalised prefix such as `/api`, or `~` and a regular expression such as `~/item/\d+$`. */
export function routerPathProblem(path: string): string | null {
  const regex = path.startsWith('~');
  if (!path.startsWith('/') && !path.startsWith('~/')) return 'should start with: / (fixed path) or ~/ (regex path)';
  if (path.includes('//')) return 'must not have empty segments';
  const encoding = percentProblem(path);
  if (encoding !== null) return encoding;
  if (regex) return regexProblem(path.slice(1));
  const normalised = normalPrefix(path);
  return normalised === path ? null : `non-normalized path, consider use '${normalised}' instead`;
}

/** The form in which a prefix is matched: escapes of unreserved characters decoded, everything else that needs it encoded. */
export function normalPrefix(path: string): string {
  const bytes = Buffer.from(path, 'utf8').toString('latin1');
  return encodePath(normalisePath(bytes) ?? '/');
}

/** Whether the regular expression of a path can be compiled, once Kong's dialect is brought to JavaScript's. */
function regexProblem(regex: string): string | null {
  try {
    void new RegExp(fromPcre(regex));
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : 'unknown';
    return `invalid regex: '${regex}' (PCRE returned: ${reason})`;
  }
}

/** Spellings of PCRE that JavaScript has by another name; enough to tell whether an expression is well formed. */
function fromPcre(regex: string): string {
  return regex
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?[a-z]+\)/g, '')
    .replace(/\(\?[a-z]+:/g, '(?:')
    .replaceAll('(?>', '(?:')
    .replace(/([*+?}])\+/g, '$1');
}
