import type { Connection, ConnectionHandler, ConnectOptions, Transport } from '@gibbon/dataplane-transport';

/** Where everything goes. */
export type RelayTarget = Pick<ConnectOptions, 'host' | 'port'>;

/** Idle upstream connections, last used first. */
class UpstreamPool {
  readonly #transport: Transport;
  readonly #target: RelayTarget;
  readonly #idle: UpstreamSide[] = [];

  constructor(transport: Transport, target: RelayTarget) {
    this.#transport = transport;
    this.#target = target;
  }

  take(client: ClientSide): UpstreamSide {
    const side = this.#idle.pop() ?? this.#open();
    side.client = client;
    return side;
  }

  give(side: UpstreamSide): void {
    side.client = null;
    if (side.connection !== null) this.#idle.push(side);
  }

  forget(side: UpstreamSide): void {
    const at = this.#idle.indexOf(side);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  #open(): UpstreamSide {
    const side = new UpstreamSide(this);
    side.connection = this.#transport.connect({ ...this.#target, tls: null, timeoutMs: 5000 }, side);
    return side;
  }
}

class UpstreamSide implements ConnectionHandler {
  connection: Connection | null = null;
  client: ClientSide | null = null;
  readonly #pool: UpstreamPool;
  #connected = false;
  #waiting = '';

  constructor(pool: UpstreamPool) {
    this.#pool = pool;
  }

  send(text: string): void {
    if (this.#connected) this.connection?.writeLatin1(text);
    else this.#waiting += text;
  }

  onConnect(): void {
    this.#connected = true;
    this.connection?.writeLatin1(this.#waiting);
  }

  onData(buffer: Buffer, length: number): void {
    const { client } = this;
    if (client === null) return;
    // The upstream's answers fit one read: with the last byte the exchange is over.
    this.#pool.give(this);
    client.answered(buffer.toString('latin1', 0, length));
  }

  onDrain(): void {}

  onEnd(): void {
    this.connection?.destroy();
  }

  onClose(): void {
    this.connection = null;
    this.#pool.forget(this);
    this.client?.failed();
  }
}

class ClientSide implements ConnectionHandler {
  readonly #connection: Connection;
  readonly #pool: UpstreamPool;

  constructor(connection: Connection, pool: UpstreamPool) {
    this.#connection = connection;
    this.#pool = pool;
  }

  answered(text: string): void {
    this.#connection.writeLatin1(text);
  }

  failed(): void {
    this.#connection.destroy(null, true);
  }

  onConnect(): void {}

  onData(buffer: Buffer, length: number): void {
    this.#pool.take(this).send(buffer.toString('latin1', 0, length));
  }

  onDrain(): void {}

  onEnd(): void {
    this.#connection.destroy();
  }

  onClose(): void {}
}

/**
 * Relays requests and answers that fit one read each (as wrk's do), over kept connections, without looking at them:
 * what a proxy on this transport costs before it does anything. For measurements only.
 */
export async function startRelay(
  transport: Transport,
  port: number,
  target: RelayTarget,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const pool = new UpstreamPool(transport, target);
  return transport.listen({ host: '127.0.0.1', port, reusePort: false, tls: null }, (connection) => new ClientSide(connection, pool));
}
