// @ts-check
import { defineModule } from '@gibbon/contracts/module';
import { RANDOM } from '@gibbon/contracts/services';

/**
 * @import { Balancer, Peer, PickContext } from '@gibbon/contracts/balancer'
 * @import { Random } from '@gibbon/contracts/services'
 */

/**
 * Power of two choices: the load of the busiest peer stays close to the average without looking at every peer.
 * @see https://www.eecs.harvard.edu/~michaelm/postscripts/mythesis.pdf
 * @implements {Balancer}
 */
class PowerOfTwo {
  /** @type {readonly Peer[]} */
  #peers = [];
  /** Requests in flight by peer index; outlives updates, so that a peer that comes back is not taken for idle. @type {number[]} */
  #inFlight = [];
  /** State of a xorshift generator. Whole numbers alone: a pick must not allocate, and V8 allocates fractions. */
  #state;

  /** @param {Random} random */
  constructor(random) {
    this.#state = 1 + Math.floor(random.float() * 0x7fff_fffe);
  }

  /** @param {readonly Peer[]} peers */
  update(peers) {
    this.#peers = peers;
    for (const { index } of peers) this.#inFlight[index] ??= 0;
  }

  /** @param {PickContext} context */
  pick({ failed }) {
    const { length } = this.#peers;
    if (length === 0) return null;
    const first = this.#draw(length);
    const second = length === 1 ? first : (first + 1 + this.#draw(length - 1)) % length;
    const one = this.#from(first, failed);
    const other = this.#from(second, failed);
    // The load of a peer is its requests, this one included, by its weight.
    const isLess = (this.#inFlight[one.index] + 1) * other.weight <= (this.#inFlight[other.index] + 1) * one.weight;
    const peer = isLess ? one : other;
    this.#inFlight[peer.index] += 1;
    return peer;
  }

  /** @param {Peer} peer */
  release(peer) {
    this.#inFlight[peer.index] -= 1;
  }

  /** The peer at a position, or the next one that has not failed in this request, where there is any. @param {number} start @param {readonly Peer[]} failed */
  #from(start, failed) {
    const peers = this.#peers;
    for (let step = 0; step < peers.length && failed.length > 0; step += 1) {
      const peer = peers[(start + step) % peers.length];
      if (!failed.includes(peer)) return peer;
    }
    return peers[start];
  }

  /** A whole number from 0 to below the bound. @param {number} bound */
  #draw(bound) {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state & 0x7fff_ffff) % bound;
  }
}

export default defineModule({
  kind: 'balancer',
  id: 'balancer.power-of-two',
  summary: 'Of two peers picked at random, the less busy one.',
  config: { type: 'object', properties: {}, additionalProperties: false },
  requires: { random: RANDOM },
  traits: {},
  create: ({ deps }) => new PowerOfTwo(deps.random),
});
