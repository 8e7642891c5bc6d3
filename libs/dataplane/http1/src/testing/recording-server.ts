import { FakeClock, TimerWheel } from '@gibbon/time';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { ProblemCode } from '../problems.ts';
import type { RequestHandler } from '../request-handler.ts';
import { ServerConnection } from '../server-connection.ts';
import type { ServerSettings } from '../server-settings.ts';
import { MemoryConnection } from './memory-connection.ts';

/** A request as it was understood. */
export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  readonly headers: readonly string[];
  body: string;
  complete: boolean;
  trailers: readonly string[];
}

export const TEST_SETTINGS: ServerSettings = {
  limits: DEFAULT_LIMITS,
  maxRequests: 100,
  idleTimeoutMs: 75_000,
  headTimeoutMs: 60_000,
  bodyTimeoutMs: 30_000,
  writeTimeoutMs: 40_000,
  lingerTimeoutMs: 5000,
  ignoreClientAbort: false,
};

/** A server connection in memory whose handler notes everything, and answers by itself when `auto`. */
export class RecordingServer implements RequestHandler {
  readonly clock = new FakeClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly peer = new MemoryConnection();
  readonly connection: ServerConnection;
  readonly requests: RecordedRequest[] = [];
  readonly events: string[] = [];
  refused: ProblemCode | null = null;
  tunnelled = '';
  readonly #auto: boolean;

  constructor(options: { readonly auto: boolean; readonly settings?: Partial<ServerSettings> }) {
    this.#auto = options.auto;
    this.connection = new ServerConnection(this.peer, { ...TEST_SETTINGS, ...options.settings }, this.wheel, () => this);
    this.peer.handler = this.connection;
  }

  /** The request being served. */
  get last(): RecordedRequest {
    return this.requests[this.requests.length - 1] as RecordedRequest;
  }

  /** Answers with a small body. */
  reply(body = 'ok'): void {
    this.connection.sendHead(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n`, this.connection.request.method !== 'HEAD', true);
    this.connection.sendText(body);
    this.connection.sendEnd('');
    this.connection.done();
  }

  onRequest(): void {
    const { request, requestText } = this.connection;
    this.requests.push({
      method: request.method,
      target: request.target,
      authority: request.authority,
      headers: request.headers.toList(),
      body: requestText ?? '',
      complete: this.connection.requestComplete,
      trailers: [],
    });
    if (this.#auto && this.connection.requestComplete) this.reply();
  }

  onBodyData(bytes: Buffer, start: number, end: number): void {
    this.last.body += bytes.toString('latin1', start, end);
  }

  onRequestEnd(): void {
    this.last.complete = true;
    this.last.trailers = this.connection.requestTrailers?.toList() ?? [];
    if (this.#auto) this.reply();
  }

  onRequestFlush(): void {
    this.events.push('flush');
  }

  onRefused(problem: ProblemCode): void {
    this.refused = problem;
    this.connection.sendHead('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n', true, true);
    this.connection.sendEnd('');
    this.connection.done();
  }

  onRequestProblem(problem: ProblemCode): void {
    this.refused = problem;
    this.connection.abort();
  }

  onWritable(): void {
    this.events.push('writable');
  }

  onAbort(): void {
    this.events.push('abort');
  }

  onTunnelData(bytes: Buffer, start: number, end: number): void {
    this.tunnelled += bytes.toString('latin1', start, end);
  }

  onTunnelEnd(): void {
    this.events.push('tunnel end');
  }

  onClosed(): void {
    this.events.push('closed');
  }
}
