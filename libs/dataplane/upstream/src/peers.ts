import type { UpstreamPeer } from './contract.ts';

/** An address of a target. The same object while the address belongs to the target; its weight may change. */
export class TargetPeer implements UpstreamPeer {
  readonly index: number;
  readonly host: string;
  readonly port: number;
  readonly hostname: string;
  weight: number;
  /** Target entity that it is an address of. */
  targetId: string;
  /** Place in the health table; -1 when its health is not kept. */
  slot = -1;

  constructor(index: number, wanted: WantedPeer) {
    this.index = index;
    this.host = wanted.host;
    this.port = wanted.port;
    this.hostname = wanted.hostname;
    this.weight = wanted.weight;
    this.targetId = wanted.targetId;
  }
}

/** An address that an upstream should have. */
export interface WantedPeer {
  readonly host: string;
  readonly port: number;
  readonly hostname: string;
  readonly weight: number;
  readonly targetId: string;
}

/** What changed in a set of peers. */
export interface PeerChanges {
  readonly added: readonly TargetPeer[];
  readonly removed: readonly TargetPeer[];
  readonly reweighted: boolean;
}

/** The peers of an upstream: kept by address, numbered densely. */
export class PeerSet {
  readonly #byKey = new Map<string, TargetPeer>();
  #list: readonly TargetPeer[] = [];

  /** In order of their numbers. */
  get list(): readonly TargetPeer[] {
    return this.#list;
  }

  /** What names an address within its upstream. */
  static key({ host, port, hostname }: { readonly host: string; readonly port: number; readonly hostname: string }): string {
    return `${host}|${port}|${hostname}`;
  }

  /** Brings the set to the wanted addresses: what stays is the same object with the same number. */
  reconcile(wanted: readonly WantedPeer[]): PeerChanges {
    const byKey = new Map(wanted.map((each) => [PeerSet.key(each), each]));
    const removed = [...this.#byKey].filter(([key]) => !byKey.has(key));
    for (const [key] of removed) this.#byKey.delete(key);
    const used = new Set([...this.#byKey.values()].map(({ index }) => index));
    const added: TargetPeer[] = [];
    let reweighted = false;
    let free = 0;
    for (const [key, each] of byKey) {
      const peer = this.#byKey.get(key);
      if (peer !== undefined) {
        reweighted ||= peer.weight !== each.weight;
        peer.weight = each.weight;
        peer.targetId = each.targetId;
        continue;
      }
      while (used.has(free)) free++;
      const made = new TargetPeer(free++, each);
      this.#byKey.set(key, made);
      added.push(made);
    }
    this.#list = [...this.#byKey.values()].toSorted((a, b) => a.index - b.index);
    return { added, removed: removed.map(([, peer]) => peer), reweighted };
  }
}
