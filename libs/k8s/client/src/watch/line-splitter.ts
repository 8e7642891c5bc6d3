const LINE_FEED = 0x0a;

/** Cuts a stream of bytes into lines. Each byte is looked at once; a line is copied only where chunks cut it. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #held = 0;

  /** @param maxBytes longer lines are refused. */
  constructor(maxBytes: number, onLine: (line: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  /** Takes a chunk, which the caller may reuse afterwards. @returns `false` when a line is too long. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#finish(chunk, start, end);
      start = end + 1;
    }
    if (start === chunk.length) return true;
    this.#parts.push(Buffer.from(chunk.subarray(start)));
    this.#held += chunk.length - start;
    return this.#held <= this.#maxBytes;
  }

  #finish(chunk: Buffer, start: number, end: number): void {
    let line: string;
    if (this.#parts.length === 0) line = chunk.toString('utf8', start, end);
    else {
      // Bytes are joined before decoding: chunks may cut a character.
      line = Buffer.concat([...this.#parts, chunk.subarray(start, end)]).toString('utf8');
      this.#parts = [];
      this.#held = 0;
    }
    if (line !== '') this.#onLine(line);
  }
}
