import { isIP, isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address with a prefix length. */
export interface Cidr {
  /** Canonical address, as {@link canonicalIp} gives it. */
  readonly address: string;
  /** Bits: 0 to 32, or 0 to 128. */
  readonly prefix: number;
  readonly family: 4 | 6;
}

const MAPPED_PREFIX = '::ffff:';

/**
 * One spelling per address: IPv6 compressed in lower case (RFC 5952), IPv4-mapped IPv6 as IPv4, zone index kept.
 * @returns `null` when `text` is not an IP address; IPv4 is four decimal numbers, brackets are not accepted.
 */
export function canonicalIp(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return null;
  const zoneAt = text.indexOf('%');
  const address = ipaddr.IPv6.parse(zoneAt === -1 ? text : text.slice(0, zoneAt));
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  return address.toRFC5952String() + (zoneAt === -1 ? '' : text.slice(zoneAt));
}

/** Undoes the IPv4-mapped form in which dual-stack sockets report IPv4 peers. Cheap: for each accepted connection. */
export function unmappedIp(address: string): string {
  if (!address.startsWith(MAPPED_PREFIX)) return address;
  const rest = address.slice(MAPPED_PREFIX.length);
  return isIPv4(rest) ? rest : address;
}

/** All eight groups of an IPv6 address with four digits each, the spelling of Kong's targets; IPv4 and other text as it is. */
export function expandedIp(text: string): string {
  if (!isIPv6(text) || text.includes('%')) return text;
  return ipaddr.IPv6.parse(text)
    .parts.map((part) => part.toString(16).padStart(4, '0'))
    .join(':');
}

/**
 * Parses `10.0.0.0/8`, `fd00::/8` or a bare address (all bits).
 * @returns `null` when it is neither.
 */
export function parseCidr(text: string): Cidr | null {
  const slashAt = text.indexOf('/');
  const addressText = slashAt === -1 ? text : text.slice(0, slashAt);
  const family = isIP(addressText);
  if ((family !== 4 && family !== 6) || addressText.includes('%')) return null;
  const bits = family === 4 ? 32 : 128;
  const prefix = slashAt === -1 ? bits : prefixOf(text.slice(slashAt + 1), bits);
  if (prefix === null) return null;
  return { address: family === 4 ? addressText : ipaddr.IPv6.parse(addressText).toRFC5952String(), prefix, family };
}

function prefixOf(text: string, bits: number): number | null {
  const prefix = /^\d{1,3}$/.test(text) ? Number(text) : -1;
  return prefix >= 0 && prefix <= bits ? prefix : null;
}
