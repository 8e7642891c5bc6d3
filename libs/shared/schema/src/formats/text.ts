/** Format `entity-name`: letters, digits, `. - _ ~` and anything beyond ASCII. */
export function entityNameProblem(text: string): string | null {
  if (/^[A-Za-z0-9.\-_~\u0080-\u{10ffff}]+$/u.test(text)) return null;
  return `invalid value '${text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;
}

/** Format `tag`: printable text without `,` and `/`. */
export function tagProblem(text: string): string | null {
  if (/^[ !-+\-.0-~\u0080-\u{10ffff}]+$/u.test(text)) return null;
  return `invalid tag '${text}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;
}

/** Format `header-name`, as Kong allows them. */
export function headerNameProblem(text: string): string | null {
  if (/^[A-Za-z0-9\-_]+$/.test(text)) return null;
  return `bad header name '${text}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;
}

/** Format `cookie-name`: a token of RFC 2616. */
export function cookieNameProblem(text: string): string | null {
  // eslint-disable-next-line no-control-regex -- the rule is about control characters
  if (!/[\u0000-\u0020\u007f()<>@,;:\\"/?={}[\]]/.test(text)) return null;
  return 'contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.';
}

/** Format `http-method`: upper-case letters. */
export function httpMethodProblem(text: string): string | null {
  return /^[A-Z]+$/.test(text) ? null : `invalid value: ${text}`;
}

/** Format `uuid`, any version, any case. */
export function uuidProblem(text: string): string | null {
  return /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text) ? null : 'expected a valid UUID';
}

/** Format `regex`: a JavaScript regular expression. */
export function regexProblem(text: string): string | null {
  try {
    void new RegExp(text, 'u');
    return null;
  } catch {
    return `not a valid regex: ${text}`;
  }
}
