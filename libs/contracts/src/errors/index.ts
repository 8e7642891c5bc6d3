/** Who caused a failure. */
export type ErrorSource = 'client' | 'upstream' | 'internal' | 'config';

/** Whether the attempt that failed may be repeated: never, always, or only because a kept connection was stale. */
export type RetryRule = 'never' | 'safe' | 'reused-connection';

/** Fields of a {@link GatewayError}. */
export interface GatewayErrorOptions {
  readonly source: ErrorSource;
  /** Default `never`. */
  readonly retry?: RetryRule;
  /** HTTP status that the client gets, where there is a client. */
  readonly status?: number;
  readonly cause?: unknown;
}

/**
 * The one error class. Recognise it by `code` (`GW_<AREA>_<WHAT>`), not by `instanceof`: packages may be duplicated.
 * Thrown for programmer and boot errors; normal outcomes of the request path are return values.
 */
export class GatewayError extends Error {
  readonly code: `GW_${string}`;
  readonly source: ErrorSource;
  readonly retry: RetryRule;
  readonly status: number | null;

  constructor(code: `GW_${string}`, message: string, options: GatewayErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.source = options.source;
    this.retry = options.retry ?? 'never';
    this.status = options.status ?? null;
  }
}

/** The `code` of an error of ours or of Node's, or `null`. */
export function codeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
