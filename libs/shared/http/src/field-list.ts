/**
 * Calls `each` with every element of a comma-separated field value, in lower case and without white space around it;
 * empty elements are skipped. For lists of tokens (Connection, TE, Upgrade), not for values with quoted strings.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
 */
export function forEachToken(value: string, each: (token: string) => void): void {
  for (const element of value.split(',')) {
    const token = element.trim().toLowerCase();
    if (token !== '') each(token);
  }
}

/** Whether a list of tokens contains one (lower case); parameters after `;` are ignored. */
export function hasToken(value: string, wanted: string): boolean {
  let found = false;
  forEachToken(value, (token) => {
    const semicolon = token.indexOf(';');
    if ((semicolon === -1 ? token : token.slice(0, semicolon).trimEnd()) === wanted) found = true;
  });
  return found;
}
