import type { BodySink } from './chunk-decoder.ts';
import type { ProblemCode } from './problems.ts';

/**
 * Receives the requests of one connection, one at a time: the next begins after `done` of the one before.
 * Methods must not throw.
 */
export interface RequestHandler extends BodySink {
  /**
   * A request's head is in `connection.request`. A small body that came with it is in `connection.requestText`; otherwise
   * body pieces follow (`onBodyData`) until `onRequestEnd`, unless paused.
   */
  onRequest(): void;
  /** The body is complete; not called when it was complete with the head. */
  onRequestEnd(): void;
  /** All that one read brought of a body was delivered: the moment to flush. */
  onRequestFlush(): void;
  /** No request could be read. Answer and close: nothing else will be read. */
  onRefused(problem: ProblemCode): void;
  /** The body of the request in progress is malformed or did not come in time. Answer or abort: nothing else will be read. */
  onRequestProblem(problem: ProblemCode): void;
  /** Written bytes have left after `blocked` was true. */
  onWritable(): void;
  /** The client is gone before the response was complete. Nothing may be sent. */
  onAbort(error: Error | null): void;
  /** Bytes of a tunnel, valid during the call only. */
  onTunnelData(bytes: Buffer, start: number, end: number): void;
  /** The client ended its side of a tunnel. */
  onTunnelEnd(): void;
  /** The connection is gone. The last call. */
  onClosed(): void;
}
