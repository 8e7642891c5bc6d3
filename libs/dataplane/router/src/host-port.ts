import type { RouteInput } from './contract.ts';

/** Where the name in a `Host` value ends: at the first colon if only digits follow, so that `[v6]:port` stays whole as in Kong. */
export function hostEnd(host: string): number {
  const colon = host.indexOf(':');
  if (colon === -1 || colon === host.length - 1) return host.length;
  for (let i = colon + 1; i < host.length; i++) {
    const code = host.charCodeAt(i);
    if (code < 48 || code > 57) return host.length;
  }
  return colon;
}

/** The port that a request is for: that of its `Host`, else the listener's. Allocates nothing. */
export function destinationPort(input: RouteInput): number {
  const host = input.rawHost;
  const end = hostEnd(host);
  if (end === host.length) return input.port;
  let port = 0;
  for (let i = end + 1; i < host.length; i++) port = port * 10 + host.charCodeAt(i) - 48;
  return port;
}
