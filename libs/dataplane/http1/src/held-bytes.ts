/** What is kept of a buffer between two heads; larger ones are given back. */
const KEPT_BYTES = 8192;
const EMPTY = Buffer.alloc(0);
const CR = 13;
const LF = 10;

/**
 * Bytes that had to be kept beyond the read that brought them: the beginning of a head, or requests that were pipelined.
 * Most connections never need one, so memory is taken at the first byte.
 */
export class HeldBytes {
  /** Valid from 0 to `length`. */
  bytes: Buffer = EMPTY;
  length = 0;
  #searched = 0;
  #parsed = 0;

  /** Adds a copy of `source[start..end)`. */
  append(source: Buffer, start: number, end: number): void {
    const added = end - start;
    if (this.length + added > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * (this.length + added)));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    source.copy(this.bytes, this.length, start, end);
    this.length += added;
  }

  /** Forgets everything. */
  clear(): void {
    this.length = 0;
    this.#searched = 0;
    this.#parsed = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = EMPTY;
  }

  /** Takes the memory, leaving this one empty: for reading it while new bytes may be held. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = EMPTY;
    this.clear();
    return taken;
  }

  /**
   * Whether parsing a head from here is worth a try: its empty line has arrived, or there is twice as much as at the last
   * try, so that a head that comes byte by byte costs linear time and is still refused early.
   */
  get worthParsing(): boolean {
    if (this.#hasEmptyLine() || this.length >= 2 * this.#parsed) {
      this.#parsed = this.length;
      return true;
    }
    return false;
  }

  #hasEmptyLine(): boolean {
    const bytes = this.bytes;
    for (let at = bytes.indexOf(LF, this.#searched); at !== -1 && at < this.length; at = bytes.indexOf(LF, at + 1)) {
      if (at >= 3 && bytes[at - 1] === CR && bytes[at - 2] === LF) return true;
    }
    this.#searched = this.length;
    return false;
  }
}
