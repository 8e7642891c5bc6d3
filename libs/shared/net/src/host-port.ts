import { isIPv6 } from 'node:net';

/** A host and, where given, a port. */
export interface HostPort {
  /** Without brackets. */
  readonly host: string;
  /** 0 to 65535; `null` when the text names none. */
  readonly port: number | null;
}

/** Reads a port, 0 to 65535, in decimal digits alone. @returns `null` for anything else. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65535 ? port : null;
}

/**
 * Splits `a.example:80`, `a.example`, `127.0.0.1:80`, `[::1]:80`, `[::1]` and a bare `::1`.
 * Does not check that the host is a legal name.
 * @returns `null` when the host is empty, the brackets hold no IPv6 address, or the port is no number up to 65535.
 */
export function splitHostPort(text: string): HostPort | null {
  if (text.startsWith('[')) return splitBracketed(text);
  const colonAt = text.indexOf(':');
  if (colonAt === -1) return text === '' ? null : { host: text, port: null };
  if (text.indexOf(':', colonAt + 1) !== -1) return isIPv6(text) ? { host: text, port: null } : null;
  const port = parsePort(text.slice(colonAt + 1));
  return colonAt === 0 || port === null ? null : { host: text.slice(0, colonAt), port };
}

function splitBracketed(text: string): HostPort | null {
  const closeAt = text.indexOf(']');
  const host = text.slice(1, closeAt);
  if (closeAt === -1 || !isIPv6(host)) return null;
  const rest = text.slice(closeAt + 1);
  if (rest === '') return { host, port: null };
  const port = rest.startsWith(':') ? parsePort(rest.slice(1)) : null;
  return port === null ? null : { host, port };
}

/** Joins, with brackets around IPv6: `[::1]:80`. */
export function formatHostPort(host: string, port: number | null): string {
  const shown = isIPv6(host) ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}
