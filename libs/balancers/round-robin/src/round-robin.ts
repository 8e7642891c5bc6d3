import type { Balancer, Peer, PickContext } from '@gibbon/contracts/balancer';
import type { Random } from '@gibbon/contracts/services';
import { buildWheel } from './wheel.ts';

/** How far a retry follows the wheel before it looks at the peers themselves: bounds the cost where one peer fills the wheel. */
const RETRY_STEPS = 32;

/** Takes the peers in turn, each as often as its weight says. */
export class RoundRobin implements Balancer {
  readonly #random: Random;
  #peers: readonly Peer[] = [];
  #wheel: Uint32Array = new Uint32Array(0);
  /** The place of the last pick; survives updates, so that a change does not start all over with the same peers. */
  #position = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  update(peers: readonly Peer[]): void {
    this.#peers = peers;
    this.#wheel = buildWheel(peers, () => this.#random.float());
    if (this.#position >= this.#wheel.length) this.#position %= Math.max(1, this.#wheel.length);
  }

  pick(context: PickContext): Peer | null {
    const { failed } = context;
    return failed.length === 0 ? this.#next() : this.#nextExcept(failed);
  }

  #next(): Peer | null {
    const wheel = this.#wheel;
    if (wheel.length === 0) return null;
    let position = this.#position + 1;
    if (position === wheel.length) position = 0;
    this.#position = position;
    return this.#peers[wheel[position] as number] as Peer;
  }

  /** A retry goes elsewhere; when every peer has failed in this request, one of them is better than none. */
  #nextExcept(failed: readonly Peer[]): Peer | null {
    const steps = Math.min(this.#wheel.length, RETRY_STEPS);
    for (let step = 0; step < steps; step++) {
      const peer = this.#next();
      if (peer !== null && !failed.includes(peer)) return peer;
    }
    const peers = this.#peers;
    for (let step = 0; step < peers.length; step++) {
      const peer = peers[(this.#position + step) % peers.length] as Peer;
      if (!failed.includes(peer)) return peer;
    }
    return this.#next();
  }
}
