import type { Connection } from '@gibbon/dataplane-transport';
import { Field, type HeaderBlock } from '@gibbon/dataplane-http1';
import { splitHostPort } from '@gibbon/net';
import type { CompiledSettings } from './settings.ts';

/** What a connection says about all of its requests. One per client connection. */
export interface ClientFacts {
  readonly address: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** Port of the listener as clients see it. */
  readonly listenerPort: number;
  readonly sni: string | null;
  /** Address that the client connected to. */
  readonly serverAddress: string;
  /** Number of the connection, unique in this thread. */
  readonly serial: number;
  /** Whether its X-Forwarded-* fields are believed. */
  readonly trusted: boolean;
}

/** Reads the facts of a new connection. @param serial its number, unique in this thread. */
export function clientFacts(connection: Connection, settings: CompiledSettings, serial: number): ClientFacts {
  const port = connection.localPort;
  return {
    address: connection.remoteAddress,
    port: connection.remotePort,
    scheme: connection.tls === null ? 'http' : 'https',
    listenerPort: settings.portMap.get(port) ?? port,
    sni: connection.tls?.servername ?? null,
    serverAddress: connection.localAddress,
    serial,
    trusted: settings.trusted.matches(connection.remoteAddress),
  };
}

/**
 * The client's address behind trusted proxies: from `real_ip_header` when the peer is trusted, else the peer's own.
 * @see https://developer.konghq.com/gateway/configuration/#real-ip-header
 */
export function realAddress(facts: ClientFacts, headers: HeaderBlock, settings: CompiledSettings): string {
  if (!facts.trusted) return facts.address;
  const value = headers.getAll(settings.realIpHeader).join(',');
  if (value === '') return facts.address;
  const addresses = value.split(',');
  for (let index = addresses.length - 1; index >= 0; index--) {
    const address = splitHostPort(addresses[index]?.trim() ?? '')?.host ?? null;
    if (address === null) return facts.address;
    if (!settings.raw.real_ip_recursive || index === 0 || !settings.trusted.matches(address)) return address;
  }
  return facts.address;
}

/** Scheme that the client used, as far as it is believed: decides about redirects to HTTPS. */
export function forwardedScheme(facts: ClientFacts, headers: HeaderBlock): string {
  return facts.trusted ? (headers.known(Field.xForwardedProto) ?? facts.scheme) : facts.scheme;
}
