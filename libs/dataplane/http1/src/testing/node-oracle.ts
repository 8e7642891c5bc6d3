import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

/** A message as Node's strict parser understood it. */
export interface NodeMessage {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly body: string;
  readonly headers: readonly string[];
}

/** What Node made of some bytes. */
export interface NodeVerdict {
  /** Messages that were complete. */
  readonly messages: readonly NodeMessage[];
  /** Code of the refusal, or `null`. */
  readonly error: string | null;
}

/** A stream whose other side is the test: gives `text`, then its end; swallows what is written. */
class Wire extends Duplex {
  readonly #text: string;

  constructor(text: string) {
    super({ allowHalfOpen: true });
    this.#text = text;
  }

  override _read(): void {
    this.push(Buffer.from(this.#text, 'latin1'));
    this.push(null);
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  // What node:http asks of a socket.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** What Node's server makes of bytes from a client. */
export function nodeRequests(text: string): Promise<NodeVerdict> {
  return new Promise((resolve) => {
    const messages: NodeMessage[] = [];
    let error: string | null = null;
    const server = createServer({ requireHostHeader: false, insecureHTTPParser: false, maxHeaderSize: 65_536, keepAliveTimeout: 0 });
    const socket = new Wire(text);
    server.on('checkContinue', (request, response) => server.emit('request', request, response));
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    server.on('connect', () => socket.destroy());
    server.on('request', (request: IncomingMessage, response) => {
      collect(request, (message) => {
        if (message !== null) messages.push(message);
        response.end();
      });
    });
    server.on('clientError', (problem: NodeJS.ErrnoException) => {
      error ??= problem.code ?? problem.message;
      socket.destroy();
    });
    socket.on('close', () => {
      server.close();
      // Bodies end in a later turn than their bytes.
      setImmediate(() => resolve({ messages, error }));
    });
    server.emit('connection', socket);
  });
}

/** What Node's client makes of bytes from a server that answers one request. */
export function nodeResponse(text: string, method: string): Promise<NodeVerdict> {
  return new Promise((resolve) => {
    const socket = new Wire(text);
    const request = sendRequest({
      method,
      path: '/',
      host: 'localhost',
      createConnection: () => socket,
      insecureHTTPParser: false,
      maxHeaderSize: 65_536,
    });
    const settle = (verdict: NodeVerdict): void => {
      request.destroy();
      socket.destroy();
      resolve(verdict);
    };
    request.on('error', (problem: NodeJS.ErrnoException) => settle({ messages: [], error: problem.code ?? problem.message }));
    request.on('upgrade', () => settle({ messages: [], error: 'upgrade' }));
    request.on('response', (response) => {
      collect(response, (message) => settle(message === null ? { messages: [], error: 'aborted' } : { messages: [message], error: null }));
    });
    request.end();
  });
}

function collect(message: IncomingMessage, done: (complete: NodeMessage | null) => void): void {
  let body = '';
  message.setEncoding('latin1');
  message.on('data', (piece: string) => void (body += piece));
  message.on('error', () => undefined);
  message.on('close', () => {
    if (!message.complete) done(null);
  });
  message.on('end', () => {
    done(
      !message.complete
        ? null
        : {
            method: message.method ?? '',
            target: message.url ?? '',
            status: message.statusCode ?? 0,
            body,
            headers: message.rawHeaders,
          },
    );
  });
}
