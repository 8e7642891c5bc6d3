import { isIP } from 'node:net';

/** Format `ip`: an address without a prefix length. */
export function ipProblem(text: string): string | null {
  return isIP(text) === 0 ? `not an ip address: ${text}` : null;
}

/** Format `ip-or-cidr`: an address, or a network such as `10.0.0.0/8`. */
export function ipOrCidrProblem(text: string): string | null {
  const slash = text.indexOf('/');
  const version = isIP(slash === -1 ? text : text.slice(0, slash));
  const length = slash === -1 ? '0' : text.slice(slash + 1);
  const valid = version !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128);
  return valid ? null : `invalid ip or cidr range: '${text}'`;
}

/** Parts of an absolute URL, as Kong's `url` fields use them. */
export interface UrlParts {
  readonly scheme: string | null;
  /** Without brackets around IPv6. */
  readonly host: string | null;
  readonly port: number | null;
  /** `null` when empty. Query, fragment and user are dropped. */
  readonly path: string | null;
}

/** Splits a URL without judging its parts. @returns `null` when the port is no number. */
export function splitUrl(url: string): UrlParts | null {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/.exec(url);
  const authority = match?.[2]?.slice((match[2].lastIndexOf('@') ?? -1) + 1) ?? '';
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  if (match === null || parts === null) return null;
  const host = parts[1]?.replace(/^\[|\]$/g, '') ?? '';
  return {
    scheme: match[1]?.toLowerCase() ?? null,
    host: host === '' ? null : host,
    port: parts[2] === undefined || parts[2] === '' ? null : Number(parts[2]),
    path: match[3] === undefined || match[3] === '' ? null : match[3],
  };
}

/** Format `url`: an absolute URL with scheme and host. */
export function urlProblem(text: string): string | null {
  const parts = splitUrl(text);
  if (parts === null) return `could not parse url. expected scheme://host[:port][/path], got: ${text}`;
  if (parts.host === null) return 'missing host in url';
  return parts.scheme === null ? 'missing scheme in url' : null;
}
