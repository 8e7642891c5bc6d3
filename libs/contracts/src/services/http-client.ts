import { createToken, type Token } from '../module/token.ts';

/** A request off the hot path: probes, pushes, plugin calls. */
export interface HttpClientRequest {
  /** Absolute URL. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: string;
  /** Flat list: name, value, name, value. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  /** From connect to the end of the answer. */
  readonly timeoutMs: number;
  /** TLS server name; default the URL's host. */
  readonly servername?: string;
  /** Whether to verify the server's certificate; default true. */
  readonly verify?: boolean;
  /** Certificates, PEM: authorities to trust instead of the system's, and the client's own with its key. */
  readonly tls?: HttpClientTls;
  /** Bytes of body to keep at the most; the rest is discarded. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Whether the connection may be kept for reuse; default false. */
  readonly keepAlive?: boolean;
  readonly signal?: AbortSignal;
}

/** Certificates of an {@link HttpClientRequest}, PEM. */
export interface HttpClientTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The answer. */
export interface HttpClientResponse {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** HTTP client for everything that is not the proxied traffic. Rejects with a GatewayError `GW_HTTP_TIMEOUT`, `GW_HTTP_CONNECT` or `GW_HTTP_PROTOCOL`. */
export interface HttpClient {
  request(request: HttpClientRequest): Promise<HttpClientResponse>;
}

/** The process's {@link HttpClient}. */
export const HTTP_CLIENT: Token<HttpClient> = createToken<HttpClient>('gibbon/http-client@1');
