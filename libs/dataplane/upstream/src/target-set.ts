import { isIP } from 'node:net';
import type { Target } from '@gibbon/contracts/entities';
import type { Disposable } from '@gibbon/contracts/module';
import type { DnsCache } from './dns-cache.ts';
import type { WantedPeer } from './peers.ts';
import { parseTarget, type TargetAddress } from './target-address.ts';

/** A target entity, where it is, and what its name leads to. */
export interface TargetEntry {
  readonly entity: Target;
  readonly address: TargetAddress;
  /** Addresses of its name as far as known; the address itself where it is one. */
  addresses(): readonly string[];
  /** Record type of the name, why it has no addresses, or `unknown`. */
  dns(): string;
}

/** Targets of an upstream, by id; watches the names among them. */
export class TargetSet implements Disposable {
  readonly #dns: DnsCache;
  readonly #onChange: () => void;
  readonly #targets = new Map<string, TargetEntry>();
  /** Watches by name: targets of one name on several ports share one. */
  readonly #watches = new Map<string, { users: number; readonly watch: Disposable }>();

  /** @param onChange called when a name leads elsewhere. */
  constructor(dns: DnsCache, onChange: () => void) {
    this.#dns = dns;
    this.#onChange = onChange;
  }

  list(): readonly TargetEntry[] {
    return [...this.#targets.values()];
  }

  get(id: string): TargetEntry | null {
    return this.#targets.get(id) ?? null;
  }

  /** @returns false when the target's address cannot be read; it is left out then. */
  set(entity: Target): boolean {
    const previous = this.#targets.get(entity.id);
    const address = parseTarget(entity.target);
    if (address !== null) {
      this.#targets.set(entity.id, this.#entry(entity, address));
      this.#watch(entity, address);
    } else this.#targets.delete(entity.id);
    // After the new one, so that a name in use is not let go in between.
    if (previous !== undefined) this.#unwatch(previous);
    return address !== null;
  }

  delete(id: string): void {
    const previous = this.#targets.get(id);
    if (previous === undefined) return;
    this.#targets.delete(id);
    this.#unwatch(previous);
  }

  /** The addresses that may get traffic. Of several targets with one address the youngest counts, as in Kong. */
  wantedPeers(): readonly WantedPeer[] {
    const byAddress = new Map<string, TargetEntry>();
    for (const entry of this.#targets.values()) {
      const key = `${entry.address.host}|${entry.address.port}`;
      const other = byAddress.get(key);
      if (other === undefined || isYounger(entry.entity, other.entity)) byAddress.set(key, entry);
    }
    return [...byAddress.values()].flatMap((entry) => {
      const {
        entity: { id, weight },
        address,
      } = entry;
      if (weight === 0) return [];
      return entry.addresses().map((host) => ({ host, port: address.port, hostname: address.host, weight, targetId: id }));
    });
  }

  dispose(): void {
    for (const id of [...this.#targets.keys()]) this.delete(id);
  }

  #entry(entity: Target, address: TargetAddress): TargetEntry {
    if (isIP(address.host) !== 0) {
      const own = [address.host];
      return { entity, address, addresses: () => own, dns: () => 'unknown' };
    }
    const dns = this.#dns;
    return {
      entity,
      address,
      addresses: () => dns.peek(address.host).answer?.addresses ?? [],
      dns: () => {
        const { answer, error } = dns.peek(address.host);
        return answer?.type ?? error?.message ?? 'unknown';
      },
    };
  }

  #watch({ weight }: Target, { host }: TargetAddress): void {
    if (weight === 0 || isIP(host) !== 0) return;
    const watched = this.#watches.get(host);
    if (watched === undefined) this.#watches.set(host, { users: 1, watch: this.#dns.watch(host, this.#onChange) });
    else watched.users++;
  }

  #unwatch({ entity, address: { host } }: TargetEntry): void {
    const watched = entity.weight === 0 ? undefined : this.#watches.get(host);
    if (watched === undefined || --watched.users > 0) return;
    this.#watches.delete(host);
    void watched.watch.dispose();
  }
}

function isYounger(a: Target, b: Target): boolean {
  const [left, right] = [a.created_at ?? 0, b.created_at ?? 0];
  return left === right ? a.id > b.id : left > right;
}
