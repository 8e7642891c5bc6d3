/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Metadata as the server keeps it. */
export interface StoredMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

/** An object in the store: immutable, replaced as a whole. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly [field: string]: unknown;
}

/** An object as a client sends it. */
export interface SentObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A refusal, answered as a `Status` object. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, message: string, options: { readonly reason?: string; readonly retryAfterSeconds?: number } = {}) {
    super(message);
    this.status = status;
    this.reason = options.reason ?? REASONS[status] ?? 'InternalError';
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  /** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
  toStatus(): Json {
    const details = this.retryAfterSeconds === null ? {} : { details: { retryAfterSeconds: this.retryAfterSeconds } };
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      code: this.status,
      ...details,
    };
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Whether a value is an object, and neither `null` nor an array. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
