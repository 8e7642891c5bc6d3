import { lookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { codeOf } from '@gibbon/contracts/errors';

/** What a name leads to. */
export interface DnsAnswer {
  /** IP addresses, without duplicates; never empty. */
  readonly addresses: readonly string[];
  /** Record type, `hosts` or `system`. */
  readonly type: 'A' | 'AAAA' | 'hosts' | 'system';
  /** Milliseconds that the answer may be used. */
  readonly ttlMs: number;
}

/** Resolves names, uncached. Rejects with Node's DNS errors. */
export interface DnsClient {
  resolve(name: string): Promise<DnsAnswer>;
}

const HOSTS_FILE = '/etc/hosts';
/** Answers without a time of their own: of the hosts file and of the system's resolver. Milliseconds. */
const DEFAULT_TTL_MS = 10_000;
const MIN_TTL_MS = 1000;

/**
 * Names by the hosts file, then A, then AAAA records with their time to live, then the system's resolver, which knows
 * search domains and everything else that `nsswitch` names.
 */
export class SystemDns implements DnsClient {
  readonly #resolver = new Resolver();

  async resolve(name: string): Promise<DnsAnswer> {
    const listed = hostsEntry(name);
    if (listed.length > 0) return { addresses: listed, type: 'hosts', ttlMs: DEFAULT_TTL_MS };
    const byRecord = (await this.#records('A', name)) ?? (await this.#records('AAAA', name));
    if (byRecord !== null) return byRecord;
    const found = await lookup(name, { all: true, order: 'ipv4first' });
    const family = found[0]?.family;
    // Of one family only: the other may not be routed from here.
    const addresses = found.filter((each) => each.family === family).map(({ address }) => address);
    return { addresses: [...new Set(addresses)], type: 'system', ttlMs: DEFAULT_TTL_MS };
  }

  /** @returns `null` when the server has no such record, or there is no server. */
  async #records(type: 'A' | 'AAAA', name: string): Promise<DnsAnswer | null> {
    try {
      const records = await (type === 'A' ? this.#resolver.resolve4(name, { ttl: true }) : this.#resolver.resolve6(name, { ttl: true }));
      if (records.length === 0) return null;
      const ttlMs = Math.max(MIN_TTL_MS, Math.min(...records.map(({ ttl }) => ttl * 1000)));
      return { addresses: [...new Set(records.map(({ address }) => address))], type, ttlMs };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ECONNREFUSED') return null;
      throw error;
    }
  }
}

/** Addresses of a name in the hosts file, of the family that comes first. Read each time: that is at most once per time to live. */
function hostsEntry(name: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(HOSTS_FILE, 'utf8');
  } catch {
    return [];
  }
  return parseHosts(text, name);
}

/** Addresses that a hosts file gives a name: IPv4 ones where there are any. */
export function parseHosts(text: string, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const addresses: string[] = [];
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) !== 0 && names.some((each) => each.toLowerCase() === wanted)) addresses.push(address);
  }
  const v4 = addresses.filter((address) => isIP(address) === 4);
  return [...new Set(v4.length > 0 ? v4 : addresses)];
}
