import type { Connection, ConnectionHandler, ConnectOptions, ListenOptions, Server, Transport } from '../contract.ts';

/** What a {@link Recorder} hears of. */
export type Happening = 'connect' | 'data' | 'drain' | 'end' | 'close';

/** A handler that notes everything and lets tests wait for it. */
export class Recorder implements ConnectionHandler {
  readonly happenings: Happening[] = [];
  readonly chunks: Buffer[] = [];
  bytes = 0;
  closeError: Error | null = null;
  connection!: Connection;
  /** Runs with each piece of data, after it was noted. */
  onPiece: ((buffer: Buffer, length: number) => void) | null = null;
  #waiters: { readonly test: () => boolean; readonly resolve: () => void }[] = [];

  onConnect(): void {
    this.#note('connect');
  }
  onData(buffer: Buffer, length: number): void {
    this.bytes += length;
    this.chunks.push(Buffer.from(buffer.subarray(0, length)));
    this.onPiece?.(buffer, length);
    this.#note('data');
  }
  onDrain(): void {
    this.#note('drain');
  }
  onEnd(): void {
    this.#note('end');
  }
  onClose(error: Error | null): void {
    this.closeError = error;
    this.#note('close');
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  count(happening: Happening): number {
    return this.happenings.filter((one) => one === happening).length;
  }

  /** Resolves at once or as soon as it has happened. */
  saw(happening: Happening, times = 1): Promise<void> {
    return this.until(() => this.count(happening) >= times);
  }

  received(bytes: number): Promise<void> {
    return this.until(() => this.bytes >= bytes);
  }

  /** Resolves when `test` holds; it is asked whenever something happens here. */
  until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ test, resolve }));
  }

  #note(happening: Happening): void {
    this.happenings.push(happening);
    const ready = this.#waiters.filter((waiter) => waiter.test());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
}

/** A listening socket with the recorders of what it accepted. */
export interface Listening {
  readonly server: Server;
  readonly accepted: Recorder[];
  /** The n-th accepted connection, as soon as it is there. */
  nth(n: number): Promise<Recorder>;
}

/** Opens things for one test and closes them after it. */
export class Bench {
  readonly transport: Transport;
  #closed = false;
  readonly #opened: { close(): void | Promise<void> }[] = [];

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async listen(options: Partial<ListenOptions> = {}, prepare: (recorder: Recorder) => void = () => undefined): Promise<Listening> {
    const accepted: Recorder[] = [];
    const waiters: (() => void)[] = [];
    const server = await this.transport.listen({ host: '127.0.0.1', port: 0, reusePort: false, tls: null, ...options }, (connection) => {
      const recorder = new Recorder();
      recorder.connection = connection;
      prepare(recorder);
      accepted.push(recorder);
      for (const waiter of waiters.splice(0)) waiter();
      // A handshake may end after the test has: such a connection is nobody's.
      if (this.#closed) connection.destroy();
      return recorder;
    });
    this.#opened.push({
      close: () => {
        for (const recorder of accepted) recorder.connection.destroy();
        return server.close();
      },
    });
    const nth = async (n: number): Promise<Recorder> => {
      while (accepted.length <= n) await new Promise<void>((resolve) => waiters.push(resolve));
      return accepted[n] as Recorder;
    };
    return { server, accepted, nth };
  }

  connect(options: Partial<ConnectOptions> & { readonly port: number }): Recorder {
    const recorder = new Recorder();
    recorder.connection = this.transport.connect({ host: '127.0.0.1', tls: null, timeoutMs: 5000, ...options }, recorder);
    this.#opened.push({ close: () => recorder.connection.destroy() });
    return recorder;
  }

  /** A connected pair. */
  async pair(prepare?: (recorder: Recorder) => void): Promise<{ readonly client: Recorder; readonly server: Recorder }> {
    const listening = await this.listen({}, prepare);
    const client = this.connect({ port: listening.server.port });
    const server = await listening.nth(0);
    await client.saw('connect');
    return { client, server };
  }

  /** Closes everything, last opened first. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const opened of this.#opened.splice(0).reverse()) await opened.close();
  }
}

/** Bytes that tell their position: `pattern(a, n)` is what stands at `a` to `a + n` of one endless stream. */
export function pattern(start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = ((start + i) * 2654435761) >>> 24;
  return bytes;
}
