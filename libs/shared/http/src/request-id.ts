/** Bytes of randomness fetched at a time: the ids of 256 requests. */
const POOL_BYTES = 4096;
const ID_LENGTH = 32;

/**
 * Makes request ids: 32 lower-case hexadecimal characters, 16 random bytes. Randomness is fetched for many ids at once,
 * because a call into the generator costs more than the rest of a request's bookkeeping.
 */
export class RequestIds {
  readonly #hex: (bytes: number) => string;
  #pool = '';
  #position = 0;

  /** @param hex random bytes as lower-case hexadecimal, as `Random.hex` gives them. */
  constructor(hex: (bytes: number) => string) {
    this.#hex = hex;
  }

  /** The next id. */
  next(): string {
    if (this.#position === this.#pool.length) {
      this.#pool = this.#hex(POOL_BYTES);
      this.#position = 0;
    }
    const start = this.#position;
    this.#position = start + ID_LENGTH;
    return this.#pool.substring(start, start + ID_LENGTH);
  }
}
