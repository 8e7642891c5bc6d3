import type { Server as NetServer } from 'node:net';

/**
 * What Node keeps under a socket, as far as the direct transport uses it. None of it is public API; it has been the
 * same since Node 12. Nothing here is trusted before the self-test has passed.
 * @see https://github.com/nodejs/node/blob/main/lib/internal/stream_base_commons.js
 */
export interface StreamHandle {
  /** Called with the handle as `this`; the length, or a negative error number, is in the shared state array. */
  onread: (this: StreamHandle) => void;
  /** The object that this library made for the handle. */
  owner: unknown;
  readonly writeQueueSize: number;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  /** @returns an error number, or 0. Whether all was written at once is in the shared state array. */
  writeLatin1String(request: object, text: string): number;
  writeBuffer(request: object, bytes: Uint8Array): number;
  /** @returns 1 when done at once, 0 when `oncomplete` follows, or an error number. */
  shutdown(request: object): number;
  close(closed: (this: StreamHandle) => void): void;
  reset(closed: (this: StreamHandle) => void): number;
  setNoDelay(on: boolean): number;
  getpeername(out: Endpoint): number;
  getsockname(out: Endpoint): number;
  connect(request: object, address: string, port: number): number;
  connect6(request: object, address: string, port: number): number;
}

/** Filled by `getpeername` and `getsockname`. */
export interface Endpoint {
  address?: string;
  port?: number;
}

/** A request object; libuv calls `oncomplete` on it. */
export interface StreamRequest {
  oncomplete: (this: StreamRequest, status: number) => void;
  owner: unknown;
  /** Keeps memory alive that libuv still reads from. */
  buffer: Uint8Array | null;
}

/** Constructors and the state array that all stream calls of a thread report through. */
export interface StreamInternals {
  readonly state: Int32Array;
  /** Index in `state`: bytes read, or a negative error number. */
  readonly readBytesOrError: number;
  /** Index in `state`: 0 when the last write was complete when it returned. */
  readonly lastWriteWasAsync: number;
  readonly WriteRequest: new () => StreamRequest;
  readonly ShutdownRequest: new () => StreamRequest;
  readonly ConnectRequest: new () => StreamRequest;
  readonly Tcp: new (type: number) => StreamHandle;
  /** `type` of a connecting socket. */
  readonly socketType: number;
  /** Error number of an orderly end. */
  readonly endOfFile: number;
  readonly notConnected: number;
}

type Bindings = Record<string, Record<string, unknown>>;

/** Finds the internals of the running Node through `process.binding`, which needs no flag. @returns `null` when they are not as expected. */
export function findStreamInternals(): StreamInternals | null {
  let bindings: Bindings;
  try {
    const { binding } = process as unknown as { binding(name: string): Record<string, unknown> };
    bindings = { stream: binding('stream_wrap'), tcp: binding('tcp_wrap'), uv: binding('uv') };
  } catch {
    return null;
  }
  const { stream = {}, tcp = {}, uv = {} } = bindings;
  const internals = {
    state: stream['streamBaseState'],
    readBytesOrError: stream['kReadBytesOrError'],
    lastWriteWasAsync: stream['kLastWriteWasAsync'],
    WriteRequest: stream['WriteWrap'],
    ShutdownRequest: stream['ShutdownWrap'],
    ConnectRequest: tcp['TCPConnectWrap'],
    Tcp: tcp['TCP'],
    socketType: (tcp['constants'] as Record<string, unknown> | undefined)?.['SOCKET'],
    endOfFile: uv['UV_EOF'],
    notConnected: uv['UV_ENOTCONN'],
  };
  const { state, WriteRequest, ShutdownRequest, ConnectRequest, Tcp, ...numbers } = internals;
  const complete =
    state instanceof Int32Array &&
    [WriteRequest, ShutdownRequest, ConnectRequest, Tcp].every((one) => typeof one === 'function') &&
    Object.values(numbers).every((one) => typeof one === 'number');
  return complete ? (internals as unknown as StreamInternals) : null;
}

/**
 * Takes over accepting: `accept` gets the bare handle of each connection and `node:net` makes no socket for it.
 * @returns false when the server has no such hook.
 */
export function takeConnections(server: NetServer, accept: (handle: StreamHandle) => void): boolean {
  const listening = (server as unknown as { _handle?: { onconnection?: unknown } })._handle;
  if (typeof listening?.onconnection !== 'function') return false;
  listening.onconnection = (status: number, handle?: StreamHandle): void => {
    // An error is that of one accept (out of descriptors); libuv goes on with the next.
    if (status === 0 && handle !== undefined) accept(handle);
  };
  return true;
}
