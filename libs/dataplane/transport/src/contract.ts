import type { SecureContext } from 'node:tls';

/**
 * Byte streams under the HTTP codecs. Two implementations (`net`, `direct`) run the same contract suite; nothing outside
 * this package knows which one is in use. Everything is callback-based and synchronous where the kernel allows it.
 */

/** TLS of a listening socket. */
export interface ServerTls {
  /**
   * Chooses the context for a handshake. Called once per handshake; `servername` is as the client sent it, `null` when it sent none.
   * @returns `null` for no certificate: the handshake fails.
   */
  readonly contextFor: (servername: string | null) => SecureContext | null;
  /** Protocols offered by ALPN, preferred first, e.g. `['http/1.1']`. */
  readonly alpn: readonly string[];
  /** Asks for a client certificate without rejecting. Default false. */
  readonly requestCertificate?: boolean;
}

/** TLS towards a server. */
export interface ClientTls {
  readonly servername: string | null;
  readonly verify: boolean;
  /** Trusted certificate authorities, PEM; `null` for Node's. */
  readonly ca: readonly string[] | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly alpn: readonly string[];
}

/** Where to listen. */
export interface ListenOptions {
  /** IP address; without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Several workers listen on the same port. */
  readonly reusePort: boolean;
  /** Default 511. */
  readonly backlog?: number;
  readonly tls: ServerTls | null;
  /** Milliseconds for a TLS handshake. Default 10000. */
  readonly handshakeTimeoutMs?: number;
}

/** Where to connect. */
export interface ConnectOptions {
  /** IP address: names are resolved before. */
  readonly host: string;
  readonly port: number;
  readonly tls: ClientTls | null;
  /** Milliseconds until connected, TLS included. */
  readonly timeoutMs: number;
}

/** Receives what happens on a connection; one object per connection, chosen by the owner. Methods must not throw. */
export interface ConnectionHandler {
  /** Only for outgoing connections: connected (and TLS done). */
  onConnect(): void;
  /** Bytes arrived. `buffer[0..length)` is valid during the call only: the thread's one read buffer is reused. */
  onData(buffer: Buffer, length: number): void;
  /** Everything written has left the process after a `write` had returned false. */
  onDrain(): void;
  /** The peer sent FIN. Writing is still possible. */
  onEnd(): void;
  /** The connection is gone; the last call, exactly once. `error` is `null` after an orderly close. */
  onClose(error: Error | null): void;
}

/** What a TLS handshake agreed on. */
export interface TlsFacts {
  /** Server name sent by the client, lower case not guaranteed; `null` when none. */
  readonly servername: string | null;
  /** Protocol chosen by ALPN, or `null`. */
  readonly alpn: string | null;
  /** E.g. `TLSv1.3`. */
  readonly protocol: string;
}

/**
 * One connection. After `onClose` or `destroy` every method is a no-op, and writes return true.
 * Addresses of outgoing connections are known from `onConnect` on and stay readable after the connection is gone.
 */
export interface Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** `null` on plain connections, and before `onConnect`. */
  readonly tls: TlsFacts | null;
  /** Bytes accepted by `write*` that have not left the process. */
  readonly pendingBytes: number;
  /**
   * Writes each UTF-16 unit's low byte.
   * @returns false when bytes are pending (under TLS: more than 64 KiB of them): wait for `onDrain`. They are kept all the same.
   */
  writeLatin1(text: string): boolean;
  /** Writes bytes; the caller may reuse `bytes` as soon as the call returns. @returns as `writeLatin1`. */
  write(bytes: Uint8Array): boolean;
  /** Writes a head and then bytes with as few system calls as possible. @returns as `writeLatin1`. */
  writeLatin1AndBytes(text: string, bytes: Uint8Array): boolean;
  /** Stops `onData`, so that TCP pushes back. */
  pause(): void;
  resume(): void;
  /** Sends FIN after what is pending. */
  end(): void;
  /**
   * Closes at once, dropping what is pending; with RST when `reset` (TLS is cut off without close_notify instead).
   * `onClose` follows (with `error`, if given) on a later turn.
   */
  destroy(error?: Error | null, reset?: boolean): void;
}

/** A listening socket. */
export interface Server {
  readonly host: string;
  /** The actual port. */
  readonly port: number;
  /** Stops accepting at once, and gives up unfinished TLS handshakes; open connections live on. Resolves when the socket is closed. */
  close(): Promise<void>;
}

/** An implementation. */
export interface Transport {
  readonly name: 'net' | 'direct';
  /**
   * Listens. `accept` is called for each connection (TLS done) and returns its handler.
   * Rejects with a GatewayError `GW_LISTEN_IN_USE`, `GW_LISTEN_DENIED` or `GW_LISTEN_FAILED`, whose message names the address.
   */
  listen(options: ListenOptions, accept: (connection: Connection) => ConnectionHandler): Promise<Server>;
  /**
   * Connects; `onConnect` or `onClose` follows, never within the call. `onClose` gets Node's error (`ECONNREFUSED`, ...) or
   * a GatewayError: `GW_CONNECT_TIMEOUT`, or `GW_TLS_SETTINGS` when certificate, key or authorities are no valid PEM.
   */
  connect(options: ConnectOptions, handler: ConnectionHandler): Connection;
}
