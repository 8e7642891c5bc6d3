import type { Connection } from '@gibbon/dataplane-transport';
import { latin1 } from './latin1.ts';

/** How a body goes out. */
export const BodyMode = {
  /** No body: HEAD, 204, 304. */
  none: 0,
  /** As it is: its length was announced, or its end is the end of the connection. */
  plain: 1,
  /** With the chunked coding. */
  chunked: 2,
} as const;

/** A value of {@link BodyMode}. */
export type BodyMode = (typeof BodyMode)[keyof typeof BodyMode];

/** Pieces up to this size are copied into the text written next: one system call instead of two. */
const COPIED_BYTES = 16_384;

/**
 * Writes heads and bodies to a connection, gathering what belongs to one turn into one write: a head and a small body are
 * one string. What was gathered leaves with {@link flush}, at the latest at the end of the turn.
 */
export class MessageWriter {
  /** Bytes handed over since the last {@link begin}. */
  bytes = 0;
  /** Whether the connection holds unsent bytes: stop producing until it drains. */
  blocked = false;
  readonly #connection: Connection;
  #pending = '';
  #mode: BodyMode = BodyMode.plain;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Starts a message: its whole head, the empty line included. Gathered, not written. */
  begin(head: string, mode: BodyMode): void {
    this.bytes = 0;
    this.#mode = mode;
    this.#pending = this.#pending === '' ? head : this.#pending + head;
  }

  /** A piece of the body as a string, one character per byte. Gathered, not written. */
  text(piece: string): void {
    if (piece.length === 0 || this.#mode === BodyMode.none) return;
    this.#pending += this.#mode === BodyMode.chunked ? `${piece.length.toString(16)}\r\n${piece}\r\n` : piece;
  }

  /** A piece of the body. Small ones are gathered, large ones written at once. */
  data(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length + this.#pending.length <= COPIED_BYTES) {
      this.text(latin1(bytes, start, end));
      return;
    }
    if (length === 0 || this.#mode === BodyMode.none) return;
    const chunked = this.#mode === BodyMode.chunked;
    const before = chunked ? `${this.#pending}${length.toString(16)}\r\n` : this.#pending;
    const piece = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    this.bytes += before.length + length;
    // The chunk's end goes with what comes next.
    this.#pending = chunked ? '\r\n' : '';
    this.#note(before === '' ? this.#connection.write(piece) : this.#connection.writeLatin1AndBytes(before, piece));
  }

  /** Ends the body. @param trailers field lines, each ended by CR LF; only the chunked coding has room for them. */
  end(trailers: string): void {
    if (this.#mode === BodyMode.chunked) this.#pending += `0\r\n${trailers}\r\n`;
    this.flush();
  }

  /** Writes what was gathered. */
  flush(): void {
    const text = this.#pending;
    if (text === '') return;
    this.#pending = '';
    this.bytes += text.length;
    this.#note(this.#connection.writeLatin1(text));
  }

  /** Drops what was gathered. */
  discard(): void {
    this.#pending = '';
  }

  #note(sent: boolean): void {
    if (!sent) this.blocked = true;
  }
}
