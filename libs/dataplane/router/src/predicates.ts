import { BlockList, isIP } from 'node:net';
import type { RouteAddress } from '@gibbon/contracts/entities';
import type { RouteInput } from './contract.ts';
import { destinationPort } from './host-port.ts';
import type { Regex } from './regex.ts';
import type { Predicate } from './rule.ts';

/** One header of a route: any of the request's values must equal one of `values` or match one of `regexes`, in lower case. */
export class HeaderPredicate implements Predicate {
  readonly #names: readonly string[];
  readonly #values: readonly string[];
  readonly #regexes: readonly Regex[];

  /** @param name as configured; `-` and `_` are the same to Kong, so each spelling is looked up. */
  constructor(name: string, values: readonly string[], regexes: readonly Regex[]) {
    const lower = name.toLowerCase();
    this.#names = [...new Set([lower, lower.replaceAll('_', '-'), lower.replaceAll('-', '_')])];
    this.#values = values.map((value) => value.toLowerCase());
    this.#regexes = regexes;
  }

  test(input: RouteInput): boolean {
    for (const name of this.#names) {
      const first = input.requestHeaders.get(name);
      if (first === null) continue;
      if (this.#accepts(first)) return true;
      for (const value of input.requestHeaders.getAll(name)) if (this.#accepts(value)) return true;
    }
    return false;
  }

  #accepts(value: string): boolean {
    const lower = value.toLowerCase();
    for (const expected of this.#values) if (lower === expected) return true;
    for (const regex of this.#regexes) if (regex.test(lower)) return true;
    return false;
  }
}

/** TLS server names; says nothing about requests without TLS. */
export class SniPredicate implements Predicate {
  readonly #exact: ReadonlySet<string>;
  readonly #suffixes: readonly string[];
  readonly #prefixes: readonly string[];

  constructor(snis: readonly string[]) {
    const names = snis.map((sni) => (sni.length > 1 && sni.endsWith('.') ? sni.slice(0, -1) : sni));
    this.#suffixes = names.filter((name) => name.startsWith('*')).map((name) => name.slice(1));
    this.#prefixes = names.filter((name) => !name.startsWith('*') && name.endsWith('*')).map((name) => name.slice(0, -1));
    this.#exact = new Set(names.filter((name) => !name.startsWith('*') && !name.endsWith('*')));
  }

  test(input: RouteInput): boolean {
    if (input.scheme !== 'https') return true;
    const { sni } = input;
    if (sni === null) return false;
    if (this.#exact.has(sni)) return true;
    for (const suffix of this.#suffixes) if (sni.endsWith(suffix)) return true;
    for (const prefix of this.#prefixes) if (sni.startsWith(prefix)) return true;
    return false;
  }
}

/** Either end of the client's connection. */
export class AddressPredicate implements Predicate {
  readonly #end: 'source' | 'destination';
  readonly #alternatives: readonly { readonly addresses: BlockList | null; readonly port: number | null }[];

  constructor(end: 'source' | 'destination', addresses: readonly RouteAddress[]) {
    this.#end = end;
    this.#alternatives = addresses.map(({ ip, port }) => ({ addresses: ip === null ? null : blockListOf(ip), port }));
  }

  test(input: RouteInput): boolean {
    const address = this.#end === 'source' ? input.forwardedAddress : (input.serverAddress ?? '');
    const port = this.#end === 'source' ? input.clientPort : destinationPort(input);
    const family = isIP(address);
    for (const alternative of this.#alternatives) {
      if (alternative.port !== null && alternative.port !== port) continue;
      if (alternative.addresses === null) return true;
      if (family !== 0 && alternative.addresses.check(address, family === 6 ? 'ipv6' : 'ipv4')) return true;
    }
    return false;
  }
}

/** Whether `ip` is an address or a CIDR. */
export function isAddressOrCidr(ip: string): boolean {
  const [address = '', bits] = ip.split('/');
  const family = isIP(address);
  return family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)));
}

function blockListOf(ip: string): BlockList {
  const list = new BlockList();
  const [address = '', bits] = ip.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
  return list;
}
