import { isDeepStrictEqual } from 'node:util';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';

/** How connections are secured. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly pfx?: string | Buffer;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
  /** Proxy to go through, as `http://` or `https://` URL. */
  readonly proxyUrl?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Idle connections are kept so long, for the next write to need no handshake; API servers keep them longer. */
const IDLE_CONNECTION_MS = 30_000;
/** Probes of the kernel find dead peers where nothing is sent. */
const KEEP_ALIVE_PROBE_MS = 15_000;

/** The connections to one server: renewed when certificates are; what runs on old ones ends by itself. */
export class Connections {
  #material: TlsMaterial | null = null;
  #dispatcher: Dispatcher | null = null;
  readonly #retired = new Set<Dispatcher>();

  /** Connections secured so. */
  secured(material: TlsMaterial): Dispatcher {
    if (this.#dispatcher !== null && isDeepStrictEqual(material, this.#material)) return this.#dispatcher;
    this.#retire();
    this.#material = material;
    this.#dispatcher = dispatcherOf(material);
    return this.#dispatcher;
  }

  async close(): Promise<void> {
    const all = [...this.#retired, ...(this.#dispatcher === null ? [] : [this.#dispatcher])];
    this.#dispatcher = null;
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  #retire(): void {
    const old = this.#dispatcher;
    if (old === null) return;
    this.#retired.add(old);
    void old.close().finally(() => this.#retired.delete(old));
  }
}

function dispatcherOf({ proxyUrl, ...tls }: TlsMaterial): Dispatcher {
  const timeouts = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: IDLE_CONNECTION_MS };
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS };
  if (proxyUrl === undefined) return new Agent({ connect, ...timeouts });
  return new ProxyAgent({ uri: proxyUrl, requestTls: connect, ...timeouts });
}
