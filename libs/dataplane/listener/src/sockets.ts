import type { Listener } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { formatHostPort } from '@gibbon/net';
import type { ThreadGroup } from './data-plane.ts';
import { planSockets, type WantedSocket } from './socket-plan.ts';
import type { ListeningAddress, SocketAddress, ThreadListener } from './thread.ts';

/** What {@link Sockets} works with. */
export interface SocketsOptions {
  readonly threads: Pick<ThreadGroup, 'listen' | 'unlisten'>;
  /** Sockets of the settings: opened with the first configuration, closed at the end. */
  readonly fixed: readonly ThreadListener[];
  /** Rejects with a GatewayError where another process has the address, which threads that share sockets would not notice. */
  readonly assertFree: (address: SocketAddress) => Promise<void>;
  readonly log: Logger;
}

/**
 * The sockets of a data plane: those of its settings and those of the listeners in its configuration. Nothing is open before
 * the first configuration serves, so that no client is told 404 while it is on its way. Changes are made one after the other.
 */
export class Sockets {
  readonly #options: SocketsOptions;
  /** By address. */
  readonly #open = new Map<string, ListeningAddress>();
  readonly #fixedOpen = Promise.withResolvers<void>();
  #fixed: readonly ListeningAddress[] | null = null;
  #failing = 0;
  #ended = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#fixedOpen.promise.catch(() => {}); // whoever waits sees it
  }

  /** The sockets that are open; those of the settings first, in their order. */
  get addresses(): readonly ListeningAddress[] {
    return [...(this.#fixed ?? []), ...this.#open.values()];
  }

  /** Whether clients can be served: the sockets of the settings are open, and one of the configuration's unless it has none. */
  get usable(): boolean {
    return this.#fixed !== null && (this.#failing === 0 || this.addresses.length > 0);
  }

  /** Whether listeners of the configuration wait for a socket that could not be had: it is tried again at the next `follow`. */
  get failing(): boolean {
    return this.#failing > 0;
  }

  /** Resolves when the sockets of the settings have been opened; rejects when that failed. */
  get opened(): Promise<void> {
    return this.#fixedOpen.promise;
  }

  /** Opens the sockets of the settings. Rejects with a GatewayError that names the address; none of them is open then. */
  open(): Promise<void> {
    return this.#enqueue(() => this.#openFixed());
  }

  /**
   * Brings the sockets in line with a configuration that serves already. Those that are new are opened, then those that are
   * not wanted any more are closed, with their connections ending in order. Never rejects.
   * @param listeners all that the configuration has.
   * @returns the listeners that have no socket, and why.
   */
  follow(listeners: Iterable<Listener>): Promise<readonly Rejection[]> {
    const all = [...listeners];
    return this.#enqueue(() => (this.#ended ? Promise.resolve([]) : this.#follow(all)));
  }

  /** Opens nothing from now on. The threads close what is open. */
  end(): void {
    this.#ended = true;
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #openFixed(): Promise<void> {
    if (this.#fixed !== null || this.#ended) return;
    try {
      this.#fixed = await this.#options.threads.listen(this.#options.fixed);
    } catch (error) {
      this.#fixedOpen.reject(error);
      throw error;
    }
    for (const address of this.#fixed) this.#logOpened(address);
    this.#fixedOpen.resolve();
  }

  async #follow(listeners: readonly Listener[]): Promise<readonly Rejection[]> {
    await this.#openFixed().catch((err: unknown) => this.#options.log.error({ err }, 'a socket of the settings cannot be opened'));
    const isOpen = (socket: ListeningAddress): boolean => this.#open.get(keyOf(socket))?.ssl === socket.ssl;
    const { wanted, rejected } = planSockets(listeners, this.#fixed ?? [], isOpen);
    const missing = [...wanted.values()].filter((socket) => !isOpen(socket));
    const gone = [...this.#open.values()].filter((socket) => wanted.get(keyOf(socket))?.ssl !== socket.ssl);
    const isBlocked = ({ port }: SocketAddress): boolean => gone.some((socket) => socket.port === port);
    const failed: Rejection[] = [];
    for (const socket of missing) if (!isBlocked(socket)) failed.push(...(await this.#openSocket(socket)));
    await this.#close(gone);
    for (const socket of missing) if (isBlocked(socket)) failed.push(...(await this.#openSocket(socket)));
    this.#failing = failed.length;
    return [...rejected, ...failed];
  }

  async #openSocket({ host, port, ssl, owners }: WantedSocket): Promise<readonly Rejection[]> {
    try {
      await this.#options.assertFree({ host, port });
      await this.#options.threads.listen([{ host, port, ssl, reusePort: true }]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return owners.map(({ id }) => ({ type: 'listeners', id, field: 'port', message }));
    }
    this.#open.set(formatHostPort(host, port), { host, port, ssl });
    this.#logOpened({ host, port, ssl });
    return [];
  }

  async #close(sockets: readonly ListeningAddress[]): Promise<void> {
    if (sockets.length === 0) return;
    for (const socket of sockets) this.#open.delete(keyOf(socket));
    await this.#options.threads.unlisten(sockets);
    for (const { host, port, ssl } of sockets) this.#options.log.info({ listener: nameOf(ssl), host, port }, 'not listening any more');
  }

  #logOpened({ host, port, ssl }: ListeningAddress): void {
    this.#options.log.info({ listener: nameOf(ssl), host, port }, 'listening');
  }
}

function keyOf({ host, port }: SocketAddress): string {
  return formatHostPort(host, port);
}

function nameOf(ssl: boolean): string {
  return ssl ? 'proxy ssl' : 'proxy';
}
