import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from '@gibbon/contracts/entities';
import {
  admitDelta,
  ANY_PLUGIN,
  applyDelta,
  contentDigest,
  EMPTY_HASH,
  emptyConfiguration,
  errorDocument,
  parseDeclarative,
  salvage,
  textHash,
} from '@gibbon/model';
import { testEntities } from '@gibbon/testing-contract-kits';

/** A request that the fake got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** The Admin API of a proxy that serves nothing: Gibbon's or Kong's, with the checks of the model. */
export class FakeProxy {
  readonly kind: 'gibbon' | 'kong';
  readonly received: Received[] = [];
  served: Configuration = emptyConfiguration();
  hash = EMPTY_HASH;
  /** Whether it knows what it serves by its content; needs nothing that it stores in another form than it was given. */
  knowsContent = false;
  /** Answers instead, when it returns something. */
  answer: (request: Received) => Reply | null | Promise<Reply | null> = () => null;
  #server: Server | null = null;
  #port = 0;

  constructor(kind: 'gibbon' | 'kong') {
    this.kind = kind;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Paths of what changed the configuration, or tried to. */
  get writes(): string[] {
    return this.received.filter(({ method }) => method !== 'GET').map(({ method }) => method);
  }

  /** Listens; on the same port when it did before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Ends as a killed process: connections are cut. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Loses its configuration, as by a restart. */
  lose(): void {
    this.served = emptyConfiguration();
    this.hash = EMPTY_HASH;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += chunk;
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    this.received.push(received);
    const { status, body: answer, headers = {} } = (await this.answer(received)) ?? this.#reply(received);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer === undefined ? '' : JSON.stringify(answer));
  }

  #reply({ method, path, body }: Received): Reply {
    const { pathname, searchParams } = new URL(path, 'http://fake');
    switch (`${method} ${pathname}`) {
      case 'GET /':
        return {
          status: 200,
          body: {
            version: '3.9.1',
            ...(this.kind === 'gibbon' && { gibbon: { version: '0.1.0' } }),
            configuration: { database: 'off', router_flavor: 'traditional_compatible' },
          },
        };
      case 'GET /status':
        return {
          status: 200,
          body: { configuration_hash: this.hash, ...(this.knowsContent && { content_digest: contentDigest(this.served) }) },
        };
      case 'POST /config':
        return this.#post(body, this.kind === 'gibbon' && searchParams.has('leave_out_invalid'));
      case 'PATCH /config':
        return this.kind === 'kong' ? { status: 405, body: { message: 'Method not allowed' } } : this.#patch(body);
      default:
        return { status: 404, body: { message: 'Not found' } };
    }
  }

  #post(text: string, leaveOut: boolean): Reply {
    const parsed = parseDeclarative(text, { plugins: ANY_PLUGIN });
    if (parsed.ok) return this.#serve(201, parsed.configuration, textHash(this.kind === 'kong' ? `kong ${text}` : text), []);
    const { errors, valid } = parsed;
    if (!leaveOut) return { status: 400, body: errorDocument(errors, { flatten: true }) };
    const { delta, leftOut } = salvage(valid, errors, { base: testEntities(this.served), configuration: this.served });
    return this.#serve(201, applyDelta(this.served, delta), textHash(`partial ${text}`), leftOut);
  }

  #patch(text: string): Reply {
    const { base_hash: base, delta } = JSON.parse(text) as { readonly base_hash: string; readonly delta: unknown };
    if (base !== this.hash) return { status: 412, body: { message: 'another', configuration_hash: this.hash } };
    const admitted = admitDelta(delta, { base: testEntities(this.served), leaveOut: true });
    if (!admitted.ok) return { status: 400, body: errorDocument(admitted.errors, { flatten: true }) };
    return this.#serve(200, applyDelta(this.served, admitted.delta), textHash(text), admitted.leftOut);
  }

  #serve(status: number, configuration: Configuration, hash: string, leftOut: Parameters<typeof errorDocument>[0]): Reply {
    this.served = configuration;
    this.hash = hash;
    if (this.kind === 'kong') return { status, body: {} };
    const { flattened_errors: errors } = errorDocument(leftOut, { flatten: true });
    return { status, body: { configuration_hash: hash, ...(leftOut.length > 0 && { flattened_errors: errors }) } };
  }
}
