import type { Connection, ConnectionHandler, ConnectOptions, Transport } from '@gibbon/dataplane-transport';

/**
 * A connection without a network: the test plays the peer. What the code under test writes is in `written`; `deliver`,
 * `end` and `fail` are what comes from the peer. Deterministic: nothing happens by itself.
 */
export class MemoryConnection implements Connection {
  readonly remoteAddress = '192.0.2.7';
  readonly remotePort = 40_000;
  readonly localAddress = '192.0.2.1';
  readonly localPort = 8000;
  readonly tls = null;
  pendingBytes = 0;
  /** Everything written so far, one character per byte. */
  written = '';
  writes = 0;
  paused = false;
  /** The code under test has sent FIN. */
  ended = false;
  destroyed: 'no' | 'closed' | 'reset' = 'no';
  /** Makes writes answer false until {@link drain}. */
  congested = false;
  handler: ConnectionHandler | null = null;
  #closedReported = false;

  writeLatin1(text: string): boolean {
    this.written += text;
    this.writes++;
    return !this.congested;
  }

  write(bytes: Uint8Array): boolean {
    return this.writeLatin1(Buffer.from(bytes).toString('latin1'));
  }

  writeLatin1AndBytes(text: string, bytes: Uint8Array): boolean {
    return this.writeLatin1(text + Buffer.from(bytes).toString('latin1'));
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  end(): void {
    this.ended = true;
  }

  destroy(error: Error | null = null, reset = false): void {
    if (this.destroyed !== 'no') return;
    this.destroyed = reset ? 'reset' : 'closed';
    this.#close(error);
  }

  /** The peer sends text, one byte per character, in pieces of at most `pieceLength`. The buffer is reused, as transports do. */
  deliver(text: string, pieceLength = 65_536): void {
    const buffer = Buffer.alloc(Math.min(Math.max(text.length, 1), pieceLength), 0x21);
    for (let at = 0; at < text.length && this.destroyed === 'no'; at += pieceLength) {
      const piece = text.slice(at, at + pieceLength);
      buffer.fill(0x21);
      buffer.write(piece, 'latin1');
      this.handler?.onData(buffer, piece.length);
    }
  }

  /** The peer sends FIN. */
  finish(): void {
    if (this.destroyed === 'no') this.handler?.onEnd();
  }

  /** The connection breaks. */
  fail(error: Error | null): void {
    if (this.destroyed !== 'no') return;
    this.destroyed = 'closed';
    this.#close(error);
  }

  /** The peer reads again. */
  drain(): void {
    this.congested = false;
    this.handler?.onDrain();
  }

  #close(error: Error | null): void {
    if (this.#closedReported) return;
    this.#closedReported = true;
    this.handler?.onClose(error);
  }
}

/** A transport whose connections are {@link MemoryConnection}s: `connections` in order. */
export class MemoryTransport implements Transport {
  readonly name = 'net';
  readonly connections: MemoryConnection[] = [];
  readonly options: ConnectOptions[] = [];

  listen(): never {
    throw new Error('MemoryTransport does not listen');
  }

  connect(options: ConnectOptions, handler: ConnectionHandler): Connection {
    const connection = new MemoryConnection();
    connection.handler = handler;
    this.connections.push(connection);
    this.options.push(options);
    return connection;
  }
}
