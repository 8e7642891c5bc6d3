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
