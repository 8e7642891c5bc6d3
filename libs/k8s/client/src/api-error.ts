import { GatewayError } from '@gibbon/contracts/errors';

/** Codes of an {@link ApiError}. */
export type ApiErrorCode =
  | 'GW_K8S_UNAUTHORIZED'
  | 'GW_K8S_FORBIDDEN'
  | 'GW_K8S_NOT_FOUND'
  | 'GW_K8S_CONFLICT'
  | 'GW_K8S_EXPIRED'
  | 'GW_K8S_INVALID'
  | 'GW_K8S_THROTTLED'
  | 'GW_K8S_REFUSED'
  | 'GW_K8S_SERVER'
  | 'GW_K8S_UNREACHABLE'
  | 'GW_K8S_TIMEOUT'
  | 'GW_K8S_PROTOCOL'
  | 'GW_K8S_ABORTED';

const CODES: Readonly<Record<number, ApiErrorCode>> = {
  401: 'GW_K8S_UNAUTHORIZED',
  403: 'GW_K8S_FORBIDDEN',
  404: 'GW_K8S_NOT_FOUND',
  409: 'GW_K8S_CONFLICT',
  410: 'GW_K8S_EXPIRED',
  422: 'GW_K8S_INVALID',
  429: 'GW_K8S_THROTTLED',
};

/** Facts beside code and message. */
export interface ApiErrorFacts {
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** A request to the API server that failed. Recognise it by its code, see {@link ApiErrorCode}. */
export class ApiError extends GatewayError {
  /** Reason of the server's `Status`, e.g. `AlreadyExists`; empty where no server answered. */
  readonly reason: string;
  /** How long the server asks to wait, or `null`. */
  readonly retryAfterMs: number | null;

  constructor(code: ApiErrorCode, message: string, facts: ApiErrorFacts = {}) {
    const { status, cause } = facts;
    super(code, message, { source: 'upstream', ...(status === undefined ? {} : { status }), ...(cause === undefined ? {} : { cause }) });
    this.reason = facts.reason ?? '';
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}

interface StatusBody {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/**
 * The error that an answer means.
 * @param what the request in words, e.g. `GET /api/v1/services`.
 * @param body the answer's text: a `Status` object, or whatever a proxy in between says.
 */
export function errorOfAnswer(what: string, status: number, body: string, retryAfter: string | null): ApiError {
  let parsed: StatusBody = {};
  try {
    parsed = JSON.parse(body) as StatusBody;
  } catch {
    // What stands between us and the server answers in its own way; the status says enough.
  }
  return errorOfStatus(what, { ...parsed, code: status }, retryAfter);
}

/** The error that a `Status` object means, as it comes in answers and in watches. */
export function errorOfStatus(
  what: string,
  { code = 500, reason = '', message = '', details }: StatusBody,
  retryAfter: string | null = null,
): ApiError {
  const seconds = Number(retryAfter ?? details?.retryAfterSeconds);
  return new ApiError(
    CODES[code] ?? (code >= 500 ? 'GW_K8S_SERVER' : 'GW_K8S_REFUSED'),
    `${what}: ${message === '' ? `status ${code}` : message}`,
    {
      status: code,
      reason,
      retryAfterMs: seconds > 0 ? seconds * 1000 : null,
    },
  );
}

/** Any error of a request as an {@link ApiError}: those of the connection become `GW_K8S_UNREACHABLE`. */
export function asApiError(what: string, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message || error.name : String(error);
  return new ApiError('GW_K8S_UNREACHABLE', `${what}: ${detail}`, { cause: error });
}
