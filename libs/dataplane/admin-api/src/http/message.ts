import type { IncomingHttpHeaders } from 'node:http';

/** A request to an endpoint. */
export interface AdminRequest {
  /** Never `HEAD` or `OPTIONS`: those are answered around the endpoints. */
  readonly method: string;
  /** Decoded, without query, without a slash at the end. */
  readonly path: string;
  /** Values of the placeholders of the endpoint's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body; empty when there is none. */
  readonly body: Uint8Array;
}

/** What an endpoint answers. */
export interface AdminResponse {
  readonly status: number;
  /** Plain data is sent as JSON, a string as it is; `null` sends nothing. */
  readonly body: unknown;
  /** Content type of a string; default JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one method of one path. */
export type Endpoint = (request: AdminRequest) => AdminResponse | Promise<AdminResponse>;

/** The body of Kong's answers that say something in one sentence. */
export function message(status: number, text: string): AdminResponse {
  return { status, body: { message: text } };
}

/** Whether a query parameter is set to one of Kong's words for true. */
export function isTruthy(value: string | null): boolean {
  return value !== null && ['1', 'true', 'on', 'yes'].includes(value.toLowerCase());
}
