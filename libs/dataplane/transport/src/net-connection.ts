import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { unmappedIp } from '@gibbon/net';
import { CLOSED_HANDLER } from './closed-handler.ts';
import type { Connection, ConnectionHandler, TlsFacts } from './contract.ts';

/** Bodies up to this size are joined with their head into one buffer; larger ones go as two buffers of one `writev`. */
const JOIN_BYTES = 16 * 1024;
const EMPTY = new Uint8Array(0);

/** A {@link Connection} on a public `net.Socket` (or `tls.TLSSocket`). The socket must allow half-open connections. */
export class NetConnection implements Connection {
  remoteAddress = '';
  remotePort = 0;
  localAddress = '';
  localPort = 0;
  tls: TlsFacts | null = null;
  readonly #socket: Socket;
  /** The TCP socket under TLS, else the socket itself: it knows the addresses. */
  readonly #raw: Socket;
  /** TLS completes every write a little later, sent or not: there, only what is more than the socket's high-water mark counts as pending. */
  readonly #secure: boolean;
  #handler: ConnectionHandler = CLOSED_HANDLER;
  #error: Error | null = null;
  #closing = false;
  /** A write returned false and `onDrain` has not been called since. */
  #draining = false;
  readonly #drained: (error?: Error | null) => void;

  constructor(socket: Socket, raw: Socket = socket) {
    this.#socket = socket;
    this.#raw = raw;
    this.#secure = socket instanceof TLSSocket;
    this.#drained = (error) => {
      // A write that failed tells nothing: `close` follows.
      if (error === undefined || error === null) this.#onDrained();
    };
    socket.on('drain', this.#drained);
    socket.on('end', () => {
      if (!this.#closing) this.#handler.onEnd();
    });
    socket.on('error', (error: Error) => {
      this.#closing = true;
      this.#error ??= error;
    });
    socket.on('close', () => this.#onClosed());
  }

  get pendingBytes(): number {
    return this.#closing ? 0 : this.#socket.writableLength;
  }

  /** Reads the addresses, which the socket forgets when it closes. Call when connected. */
  captureAddresses(): void {
    const socket = this.#raw;
    this.remoteAddress = unmappedIp(socket.remoteAddress ?? '');
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = unmappedIp(socket.localAddress ?? '');
    this.localPort = socket.localPort ?? 0;
  }

  /** Sets who hears of what happens from now on. */
  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  /** Hands over the socket's `data` events, for sockets without an `onread` buffer; starts reading. */
  readFromEvents(): void {
    this.#socket.on('data', (chunk: Buffer) => this.received(chunk, chunk.length));
  }

  /** Bytes arrived. @returns true: go on reading. */
  received(buffer: Buffer, length: number): boolean {
    if (!this.#closing) this.#handler.onData(buffer, length);
    return true;
  }

  writeLatin1(text: string): boolean {
    if (this.#closing) return true;
    return this.#settle(this.#socket.write(text, 'latin1'));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#closing || bytes.length === 0) return this.#closing || !this.#draining;
    // A copy: the socket keeps what the kernel does not take, and the caller reuses its buffer.
    return this.#settle(this.#socket.write(Buffer.from(bytes)));
  }

  writeLatin1AndBytes(text: string, bytes: Uint8Array): boolean {
    if (this.#closing) return true;
    if (bytes.length <= JOIN_BYTES) {
      const joined = Buffer.allocUnsafe(text.length + bytes.length);
      joined.write(text, 0, text.length, 'latin1');
      joined.set(bytes, text.length);
      return this.#settle(this.#socket.write(joined));
    }
    this.#socket.cork();
    this.#socket.write(text, 'latin1');
    const accepted = this.#socket.write(Buffer.from(bytes));
    this.#socket.uncork();
    return this.#settle(accepted);
  }

  pause(): void {
    if (!this.#closing) this.#socket.pause();
  }

  resume(): void {
    if (!this.#closing) this.#socket.resume();
  }

  end(): void {
    if (!this.#closing) this.#socket.end();
  }

  destroy(error: Error | null = null, reset = false): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#error = error;
    // Resetting the socket under TLS is refused for clients and crashes Node 26 for servers.
    if (reset && !this.#secure) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  /** @param accepted the socket's own answer: below its high-water mark, which is no news about what is pending. */
  #settle(accepted: boolean): boolean {
    if (this.#draining) return false;
    if (this.#secure ? accepted : this.#socket.writableLength === 0) return true;
    this.#draining = true;
    // The socket emits `drain` only after having answered false: otherwise ask by a write that is done when all before it are.
    if (accepted) this.#socket.write(EMPTY, this.#drained);
    return false;
  }

  #onDrained(): void {
    if (!this.#draining || this.#closing || this.#socket.writableLength !== 0) return;
    this.#draining = false;
    this.#handler.onDrain();
  }

  #onClosed(): void {
    this.#closing = true;
    const handler = this.#handler;
    this.#handler = CLOSED_HANDLER;
    handler.onClose(this.#error);
  }
}
