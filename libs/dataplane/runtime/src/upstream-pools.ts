import type { ClientTls, ConnectOptions, Transport } from '@gibbon/dataplane-transport';
import { ClientConnection, type ConnectionOwner, type ExchangeTimeouts } from '@gibbon/dataplane-http1';
import type { TimerWheel } from '@gibbon/time';
import type { CompiledSettings } from './settings.ts';
import type { CompiledService } from './snapshot.ts';

/** What all pools share. */
export interface PoolContext {
  readonly transport: Transport;
  readonly wheel: TimerWheel;
  readonly settings: CompiledSettings;
}

/** Connections to one address with one TLS configuration. Idle ones are taken last in, first out, so that the rest can age. */
export class PeerPool implements ConnectionOwner {
  readonly port: number;
  readonly servername: string | null;
  /** Nobody finds it any more: its last connection is gone. */
  dropped = false;
  readonly #context: PoolContext;
  readonly #onEmpty: (pool: PeerPool) => void;
  readonly #host: string;
  readonly #tls: ClientTls | null;
  readonly #idle: ClientConnection[] = [];
  readonly #open = new Set<ClientConnection>();
  #closed = false;

  /** @param onEmpty called when the last connection is gone. */
  constructor(
    context: PoolContext,
    address: { readonly host: string; readonly port: number; readonly tls: ClientTls | null },
    onEmpty: (pool: PeerPool) => void,
  ) {
    this.#context = context;
    this.#host = address.host;
    this.port = address.port;
    this.#tls = address.tls;
    this.servername = address.tls === null ? null : (address.tls.servername ?? '');
    this.#onEmpty = onEmpty;
  }

  /** Connections, busy and idle. */
  get size(): number {
    return this.#open.size;
  }

  /** Connections that wait for work. */
  get idleCount(): number {
    return this.#idle.length;
  }

  /** An idle connection, or `null`. */
  takeIdle(): ClientConnection | null {
    return this.#idle.pop() ?? null;
  }

  /** Starts a new connection; `begin` must follow in the same turn. */
  open(connectTimeoutMs: number): ClientConnection {
    const connection = new ClientConnection(this.#context.wheel, this);
    this.#open.add(connection);
    const options: ConnectOptions = { host: this.#host, port: this.port, tls: this.#tls, timeoutMs: connectTimeoutMs };
    connection.connect(this.#context.transport, options);
    return connection;
  }

  onIdle(connection: ClientConnection): void {
    const {
      upstream_keepalive_pool_size: size,
      upstream_keepalive_max_requests: limit,
      upstream_keepalive_idle_timeout: idleSeconds,
    } = this.#context.settings.raw;
    if (this.#closed || this.#idle.length >= size || (limit > 0 && connection.exchanges >= limit)) {
      connection.close();
      return;
    }
    this.#idle.push(connection);
    connection.rest(idleSeconds * 1000);
  }

  onGone(connection: ClientConnection): void {
    this.#open.delete(connection);
    const position = this.#idle.lastIndexOf(connection);
    if (position !== -1) this.#idle.splice(position, 1);
    if (this.#open.size === 0) this.#onEmpty(this);
  }

  /** Closes idle connections now and busy ones after their exchange. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  /** Closes everything now. */
  destroy(): void {
    this.#closed = true;
    for (const connection of [...this.#open]) connection.close();
  }
}

/** For services over plain HTTP whose requests a plugin sends over TLS. */
const PLAIN_TLS: ClientTls = { servername: null, verify: false, ca: null, cert: null, key: null, alpn: ['http/1.1'] };
/** Addresses that a service remembers pools for. */
const REMEMBERED = 1024;

/** The pools of one service, found by address. */
export class ServicePools {
  readonly timeouts: ExchangeTimeouts;
  readonly #all: UpstreamPools;
  readonly #compiled: CompiledService;
  /** One per host: another port or server name takes the longer way. */
  readonly #byHost = new Map<string, PeerPool>();

  constructor(all: UpstreamPools, compiled: CompiledService) {
    this.#all = all;
    this.#compiled = compiled;
    this.timeouts = { readMs: compiled.service.read_timeout, writeMs: compiled.service.write_timeout };
  }

  /** The pool for an address. @param servername `null` for plain connections; empty for TLS without one. */
  to(host: string, port: number, servername: string | null): PeerPool {
    const known = this.#byHost.get(host);
    if (known !== undefined && known.port === port && known.servername === servername && !known.dropped) return known;
    if (this.#byHost.size >= REMEMBERED) this.#byHost.clear();
    const pool = this.#all.find(this.#compiled, host, port, servername);
    this.#byHost.set(host, pool);
    return pool;
  }
}

/** All upstream connections of a worker. Outlives snapshots: a change of configuration keeps connections that still fit. */
export class UpstreamPools {
  readonly #context: PoolContext;
  readonly #byKey = new Map<string, PeerPool>();
  readonly #byService = new WeakMap<CompiledService, ServicePools>();

  constructor(context: PoolContext) {
    this.#context = context;
  }

  /** The pools of a service; constant time. */
  of(compiled: CompiledService): ServicePools {
    let pools = this.#byService.get(compiled);
    if (pools === undefined) {
      pools = new ServicePools(this, compiled);
      this.#byService.set(compiled, pools);
    }
    return pools;
  }

  /** The pool for an address, made when there is none. */
  find(compiled: CompiledService, host: string, port: number, servername: string | null): PeerPool {
    const key = servername === null ? `${host} ${port}` : `${host} ${port} ${servername} ${compiled.poolKey}`;
    let pool = this.#byKey.get(key);
    if (pool === undefined) {
      const tls = servername === null ? null : { ...(compiled.tls ?? PLAIN_TLS), servername: servername === '' ? null : servername };
      pool = new PeerPool(this.#context, { host, port, tls }, (empty) => this.#drop(key, empty));
      this.#byKey.set(key, pool);
    }
    return pool;
  }

  /** Open connections, and how many of them are idle. */
  count(): { readonly open: number; readonly idle: number } {
    let open = 0;
    let idle = 0;
    for (const pool of this.#byKey.values()) {
      open += pool.size;
      idle += pool.idleCount;
    }
    return { open, idle };
  }

  /** Closes what is idle, and the rest when it becomes idle. */
  close(): void {
    for (const pool of this.#byKey.values()) pool.close();
  }

  /** Closes everything now. */
  destroy(): void {
    for (const pool of [...this.#byKey.values()]) pool.destroy();
  }

  #drop(key: string, pool: PeerPool): void {
    pool.dropped = true;
    this.#byKey.delete(key);
  }
}
