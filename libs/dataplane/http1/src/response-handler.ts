import type { BodySink } from './chunk-decoder.ts';

/** How an exchange with a server failed. */
export type ClientFailure =
  /** No connection. */
  | 'connect'
  /** No connection in time. */
  | 'connect-timeout'
  /** The connection ended before anything of a response; the request may not have been seen. */
  | 'closed'
  /** Nothing was read, or nothing could be written, for too long. */
  | 'timeout'
  /** What came is not HTTP, or breaks its framing. */
  | 'protocol'
  /** The connection ended within a response. */
  | 'aborted';

/** Receives the response of one exchange. Methods must not throw. */
export interface ResponseHandler extends BodySink {
  /** The connection stands; only for new connections. The request may be sent. */
  onConnected(): void;
  /**
   * The final response's head is in the {@link ResponseHead} given to `begin`. A whole small body that came with it is in
   * `text` (empty when there is no body), and nothing follows; `null`: pieces (`onBodyData`) and `onResponseEnd` follow.
   */
  onResponse(text: string | null): void;
  /** The body is complete. The connection is not this exchange's any more. */
  onResponseEnd(): void;
  /** All that one read brought was delivered: the moment to flush. */
  onResponseFlush(): void;
  /** Written bytes have left after `blocked` was true. */
  onServerWritable(): void;
  /** The exchange failed and the connection is gone. */
  onFailure(failure: ClientFailure, error: Error | null): void;
  /** The server agreed to the upgrade (101). */
  onUpgrade(): void;
  /** Bytes of a tunnel, valid during the call only. */
  onServerTunnelData(bytes: Buffer, start: number, end: number): void;
  /** The server ended its side of a tunnel. */
  onServerTunnelEnd(): void;
  /** The tunnel is gone. */
  onServerTunnelClosed(error: Error | null): void;
}
