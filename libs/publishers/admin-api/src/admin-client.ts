import type { ProxyTarget } from '@gibbon/contracts/publisher';
import type { HttpClient, HttpClientTls } from '@gibbon/contracts/services';

/** How targets are talked to. */
export interface ClientSettings {
  /** Per request, from connect to the end of the answer. */
  readonly timeoutMs: number;
  /** Flat list of further fields, e.g. a token. */
  readonly headers: readonly string[];
  /** TLS server name for targets that have none of their own. */
  readonly servername: string | null;
  readonly verify: boolean;
  readonly tls: HttpClientTls;
}

/** An answer of an Admin API. */
export interface AdminAnswer {
  readonly status: number;
  /** The body as an object; empty for any other. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Value of `Retry-After` in milliseconds; 0 without one. */
  readonly retryAfterMs: number;
}

/** Why a target could not be configured, in words that name it. */
export class TargetError extends Error {
  /** How long the target wants to be left alone. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'TargetError';
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** Error documents name each faulty entity as a whole. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Talks to the Admin API of one target. */
export class AdminClient {
  /** May be described anew: the next request uses what it says then. */
  target: ProxyTarget;
  readonly #http: HttpClient;
  readonly #settings: ClientSettings;
  readonly #signal: AbortSignal;

  /** @param signal ends what is under way. */
  constructor(target: ProxyTarget, parts: { readonly http: HttpClient; readonly settings: ClientSettings; readonly signal: AbortSignal }) {
    this.target = target;
    this.#http = parts.http;
    this.#settings = parts.settings;
    this.#signal = parts.signal;
  }

  get(path: string): Promise<AdminAnswer> {
    return this.#send('GET', path, null);
  }

  /** Sends JSON text. `headers` as a flat list. */
  send(method: 'PATCH' | 'POST', path: string, body: string, headers: readonly string[] = []): Promise<AdminAnswer> {
    return this.#send(method, path, { body, headers: ['content-type', 'application/json', ...headers] });
  }

  /** Hash of what the target serves, from `GET /status`. */
  async hash(): Promise<string> {
    return (await this.serving()).hash;
  }

  /** Hash of what the target serves, and the digest of its content, which a Gibbon tells where it knows it. */
  async serving(): Promise<{ readonly hash: string; readonly content: string | null }> {
    const answer = await this.get('/status');
    const { configuration_hash: hash, content_digest: content } = answer.body;
    if (answer.status !== 200 || typeof hash !== 'string') throw this.refused(answer, 'GET /status');
    return { hash, content: typeof content === 'string' ? content : null };
  }

  /** An answer that is not what was hoped for, as an error. */
  refused({ status, body, retryAfterMs }: AdminAnswer, what: string): TargetError {
    const message = typeof body['message'] === 'string' ? `: ${body['message'].slice(0, 2000)}` : '';
    return new TargetError(`${this.target.url}: ${what} was answered with ${status}${message}`, { retryAfterMs });
  }

  async #send(
    method: string,
    path: string,
    content: { readonly body: string; readonly headers: readonly string[] } | null,
  ): Promise<AdminAnswer> {
    const { timeoutMs, headers } = this.#settings;
    const { url, servername = this.#settings.servername, tls } = this.target;
    try {
      const response = await this.#http.request({
        url: `${url.replace(/\/+$/, '')}${path}`,
        method,
        headers: ['accept', 'application/json', ...headers, ...(content?.headers ?? [])],
        ...(content !== null && { body: content.body }),
        ...(servername !== null && { servername }),
        timeoutMs,
        // Who is told whom to trust is not meant to trust everybody.
        verify: tls !== undefined || this.#settings.verify,
        tls: tls ?? this.#settings.tls,
        keepAlive: true,
        maxBodyBytes: MAX_ANSWER_BYTES,
        signal: this.#signal,
      });
      return { status: response.status, body: objectOf(response.body), retryAfterMs: retryAfterOf(response.headers) };
    } catch (cause) {
      throw new TargetError(`${url}: ${reasonOf(cause, path)}`, { cause });
    }
  }
}

function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Seconds; the date form is not worth a clock here. */
function retryAfterOf(headers: readonly string[]): number {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'retry-after');
  const seconds = at === -1 ? 0 : Number(headers[at + 1]);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : 0;
}

function reasonOf(error: unknown, path: string): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly code?: string; readonly message?: string } };
  const detail = cause?.code ?? cause?.message;
  // The client says method and URL first, which are told already.
  const what = message?.replace(/^\w+ \S+: /, '') ?? String(error);
  return `${path}: ${what}${detail === undefined ? '' : ` (${detail})`}`;
}
