import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Logger } from '@gibbon/contracts/services';
import type { ClientTls, Connection, ConnectionHandler, ConnectOptions, Transport } from '@gibbon/dataplane-transport';
import { systemClock, TimerWheel } from '@gibbon/time';
import { createPipeline, type Pipeline } from './pipeline.ts';
import type { CompiledRoute, Snapshot } from './snapshot.ts';

/**
 * CPU time per proxied request that is spent in the codec and the pipeline: no network, the written bytes go into one
 * buffer. `--browser` asks with the head of a browser instead of the shortest one.
 */
const { values } = parseArgs({ options: { browser: { type: 'boolean', default: false }, rounds: { type: 'string', default: '30' } } });

const CONNECTIONS = 64;
const REQUESTS_PER_ROUND = 500 * CONNECTIONS;
const WARM_UP_ROUNDS = 8;

const SHORT = 'GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n';
const BROWSER =
  'GET /api/v1/items/12345?expand=all&lang=en HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive\r\n' +
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\n' +
  'Accept-Encoding: gzip, deflate, br\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes\r\n' +
  'Referer: https://shop.example.com/\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n\r\n';
const RESPONSE =
  'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Tue, 24 Nov 2026 08:45:23 GMT\r\nContent-Type: application/json\r\n' +
  'Content-Length: 80\r\nConnection: keep-alive\r\n\r\n{"message":"hello from the upstream","id":1234567890,"list":[1,2,3,4,5,6,7,8,9]}';

const written = Buffer.alloc(64 * 1024);

/** Takes what is written, as the kernel would. */
class SinkConnection implements Connection {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 40_000;
  readonly localAddress = '127.0.0.1';
  readonly localPort = 8000;
  readonly tls: null = null;
  readonly pendingBytes = 0;
  handler: ConnectionHandler | null = null;

  writeLatin1(text: string): boolean {
    written.write(text, 'latin1');
    return true;
  }
  write(): boolean {
    return true;
  }
  writeLatin1AndBytes(): boolean {
    return true;
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

const toUpstream: SinkConnection[] = [];
const transport: Transport = {
  name: 'net',
  listen: () => Promise.reject(new Error('nothing listens here')),
  connect(_options: ConnectOptions & { readonly tls: ClientTls | null }, handler: ConnectionHandler): Connection {
    const connection = new SinkConnection();
    connection.handler = handler;
    toUpstream.push(connection);
    setImmediate(() => handler.onConnect());
    return connection;
  },
};

function snapshot(): Snapshot {
  const chain = { access: null, headerFilter: null, bodyFilter: null, log: null, steps: null };
  const peer = { index: 0, host: '127.0.0.1', port: 9001, hostname: '127.0.0.1', weight: 100 };
  const service = {
    id: 's',
    host: 'up',
    port: 80,
    path: null,
    retries: 5,
    connect_timeout: 60_000,
    write_timeout: 60_000,
    read_timeout: 60_000,
  };
  const route = { id: 'r', protocols: ['http', 'https'], strip_path: true, preserve_host: false, path_handling: 'v0' };
  const balanced = { name: 'up', usesHash: false, pick: () => peer, report: () => undefined };
  const value = { route, service: { service, balanced, upstream: null, tls: null, poolKey: '' }, chain } as unknown as CompiledRoute;
  const match = { value, prefix: '/', captures: null };
  return {
    revision: 1,
    router: { match: () => match, size: 1, problems: [] },
    rewrite: null,
    globalChain: chain,
    entities: { get: () => null, find: () => null, children: () => [] },
    upstreamNamed: () => null,
    serviceOf: () => null,
    inFlight: 0,
    onIdle: null,
    resolve: (host) => host,
  };
}

function makePipeline(): Pipeline {
  const quiet = (): void => undefined;
  const log: Logger = {
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    fatal: quiet,
    isLevelEnabled: () => false,
    child: () => log,
  };
  return createPipeline({
    clock: systemClock,
    wheel: new TimerWheel(systemClock),
    transport,
    log,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    snapshot: snapshot(),
    settings: { keepalive_requests: Number.MAX_SAFE_INTEGER, upstream_keepalive_max_requests: 0 },
  });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const pipeline = makePipeline();
const clients = Array.from({ length: CONNECTIONS }, () => {
  const connection = new SinkConnection();
  connection.handler = pipeline.accept(connection);
  return connection;
});
const request = Buffer.from(values.browser ? BROWSER : SHORT);
const response = Buffer.from(RESPONSE);

/** One request on each connection, then the answer to each. */
function exchange(): void {
  for (const { handler } of clients) handler?.onData(request, request.length);
  for (const { handler } of toUpstream) handler?.onData(response, response.length);
}

exchange();
await turn();
for (const { handler } of toUpstream) handler?.onData(response, response.length);
const microseconds: number[] = [];
for (let round = 0; round < Number(values.rounds) + WARM_UP_ROUNDS; round++) {
  const before = process.cpuUsage();
  for (let done = 0; done < REQUESTS_PER_ROUND; done += 50 * CONNECTIONS) {
    for (let count = 0; count < 50; count++) exchange();
    await turn();
  }
  if (round >= WARM_UP_ROUNDS) microseconds.push(process.cpuUsage(before).user / REQUESTS_PER_ROUND);
}
microseconds.sort((left, right) => left - right);
const median = microseconds[microseconds.length >> 1] ?? 0;
process.stdout.write(
  `${median.toFixed(2)} us per request (median of ${microseconds.length}; least ${(microseconds[0] ?? 0).toFixed(2)})\n`,
);
pipeline.destroy();
process.exit(0);
