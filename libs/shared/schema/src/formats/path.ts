/** Format `path`: an absolute path of a URL, as services and health checks have. */
export function pathProblem(text: string): string | null {
  if (!text.startsWith('/')) return 'should start with: /';
  if (text.includes('//')) return 'must not have empty segments';
  if (!/^[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*$/.test(text)) {
    return `invalid path: '${text}' (characters outside of the reserved list of RFC 3986 found)`;
  }
  return percentProblem(text);
}

/** What is wrong with the percent-encoding of a text, or `null`. */
export function percentProblem(text: string): string | null {
  const [bad] = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text) ?? [];
  return bad === undefined ? null : `invalid url-encoded value: '${bad}'`;
}

/**
 * The normal form of a path: unreserved characters decoded, other escapes in upper case, dot segments resolved,
 * repeated slashes merged.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
export function normalisePath(path: string): string {
  const decoded = path.replace(/%([0-9a-fA-F]{2})/g, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escape.toUpperCase();
  });
  return removeDotSegments(decoded.replace(/\/{2,}/g, '/'));
}

function removeDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const segments = path.split('/');
  const kept: string[] = [];
  for (const segment of segments.slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const directory = last === '.' || last === '..';
  return `/${kept.join('/')}${directory && kept.length > 0 ? '/' : ''}`;
}
