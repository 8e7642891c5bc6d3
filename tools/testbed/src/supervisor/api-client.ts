import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Identity } from '@gibbon/x509';

/** Where and as whom to talk to an API server. */
export interface ApiClientOptions {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority. */
  readonly authority: string;
  readonly client: Identity;
}

/** An answer with its body parsed. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** Just enough of a Kubernetes client for what the supervisor does: a few objects, one watch. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #agent: Agent;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, ca: options.authority, cert: options.client.cert, key: options.client.key });
  }

  /**
   * One request. @param body sent as JSON, or as the patch that `contentType` names.
   * @throws Error when the server cannot be reached; an answer of any status is an answer.
   */
  async call(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<ApiAnswer> {
    const response = await this.#send(method, path, body, { contentType, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.startsWith('application/json') === true;
    return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text };
  }

  /** As {@link call}. @throws Error for answers other than 2xx too. */
  async mustCall(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown> {
    const answer = await this.call(method, path, body, contentType);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** The events of a watch, until the server or `signal` ends it. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.#send('GET', path, undefined, { contentType: '', signal });
    if (response.statusCode !== 200) {
      response.resume();
      throw new Error(`watch of ${path}: ${response.statusCode}`);
    }
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of response) {
      const lines = `${rest}${chunk as string}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as WatchEvent;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    body: unknown,
    { contentType, signal }: { contentType: string; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const { host, port } = this.#options;
    const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = request({ host, port, path, method, headers, agent: this.#agent, signal }, resolve);
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }
}
