import type { HeadLimits } from './limits.ts';

/** Settings of server connections, shared by all of a listener. Defaults are nginx's as Kong ships it. */
export interface ServerSettings {
  readonly limits: HeadLimits;
  /** Requests on one connection; the last is answered with `Connection: close`. Default 10000. */
  readonly maxRequests: number;
  /** Between two requests. Default 75000. */
  readonly idleTimeoutMs: number;
  /** From the first byte of a head to its last. Default 60000. */
  readonly headTimeoutMs: number;
  /** Between two reads of a body. Default 60000. */
  readonly bodyTimeoutMs: number;
  /** Between two writes to a client that does not read. Default 60000. */
  readonly writeTimeoutMs: number;
  /** How long what the client still sends is discarded after the last response. Default 5000. */
  readonly lingerTimeoutMs: number;
  /** Whether a client that ends its side while a request is in progress still gets its response. Default false: it counts as gone. */
  readonly ignoreClientAbort: boolean;
}
