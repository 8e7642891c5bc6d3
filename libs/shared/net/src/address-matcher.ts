import { BlockList } from 'node:net';
import { parseCidr, unmappedIp, type Cidr } from './address.ts';

/** Tells whether an address is in a set of networks. */
export interface AddressMatcher {
  /** @param address an IP address; IPv4-mapped IPv6 counts as IPv4. Anything else is in no set. */
  matches(address: string): boolean;
}

/** What {@link createAddressMatcher} gives. */
export interface AddressMatcherResult {
  readonly matcher: AddressMatcher;
  /** One sentence per entry that is no address and no network; such entries match nothing. */
  readonly problems: readonly string[];
}

/** In no set. */
export const MATCHES_NOTHING: AddressMatcher = { matches: () => false };

const REMEMBERED = 256;

/**
 * Compiles addresses and CIDR networks, e.g. Kong's `trusted_ips`. Built per configuration; `matches` is for every
 * connection or request: answers for recent addresses are remembered, up to a fixed number.
 * @see https://developer.konghq.com/gateway/configuration/#trusted-ips
 */
export function createAddressMatcher(networks: readonly string[]): AddressMatcherResult {
  const problems: string[] = [];
  const cidrs: Cidr[] = [];
  for (const text of networks) {
    const cidr = parseCidr(text.trim());
    if (cidr === null) problems.push(`'${text}' is not an IP address or network: write it as 10.0.0.0/8, 192.0.2.1 or fd00::/8`);
    else cidrs.push(cidr);
  }
  return { matcher: cidrs.length === 0 ? MATCHES_NOTHING : new NetworkMatcher(cidrs), problems };
}

class NetworkMatcher implements AddressMatcher {
  readonly #list = new BlockList();
  readonly #remembered = new Map<string, boolean>();

  constructor(cidrs: readonly Cidr[]) {
    for (const { address, prefix, family } of cidrs) this.#list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }

  matches(address: string): boolean {
    const known = this.#remembered.get(address);
    if (known !== undefined) return known;
    const plain = unmappedIp(address);
    const found = this.#list.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(address, found);
    return found;
  }
}
