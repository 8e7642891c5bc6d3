import { defineService, type Disposable } from '@gibbon/contracts/module';
import { CLOCK, COUNTERS, HTTP_CLIENT, LOGGER, METRICS, RANDOM } from '@gibbon/contracts/services';
import { createCounters, createPipeline, RouterIndex, SnapshotCompiler, type Pipeline } from '@gibbon/dataplane-runtime';
import { createNetTransport, type Server } from '@gibbon/dataplane-transport';
import { createHttpClient } from '@gibbon/http-client';
import { Host } from '@gibbon/kernel';
import { createMetrics } from '@gibbon/metrics';
import { modulePlugins, parseDeclarative } from '@gibbon/model';
import { proxyStandard } from '@gibbon/preset-proxy-standard';
import { compileSchema } from '@gibbon/schema';
import { TestServices } from '@gibbon/testing-contract-kits';
import { RawClient, startFakeUpstream, type EchoedRequest, type FakeUpstream, type RawResponse } from '@gibbon/testing-fixtures';
import { FakeClock, systemClock, systemRandom, TimerWheel } from '@gibbon/time';

/** Kong's declarative configuration, without the service: every route goes to the upstream of the test. */
export interface PluginGatewayConfiguration {
  /** Of the one service. */
  readonly routes?: readonly object[];
  /** Of the one service. */
  readonly plugins?: readonly object[];
  readonly globalPlugins?: readonly object[];
  readonly consumers?: readonly object[];
  /** Beside the one of the test, with fields as in a declarative document. */
  readonly otherServices?: readonly object[];
}

/** A request; everything has a default. */
export interface GatewayRequest {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** What the client got. */
export interface GatewayAnswer {
  readonly response: RawResponse;
  /** The request as the upstream saw it, from the echo; `null` when the upstream was not asked. */
  readonly seen: SeenRequest | null;
}

/** A request at the upstream, fields by lower-case name (repeated ones joined). */
export interface SeenRequest extends Omit<EchoedRequest, 'headers'> {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The data plane of one thread on real sockets: the bundled plugins, Kong's configuration, compiler, router, pipeline,
 * and an upstream that echoes. Plugins have a clock that the test moves; close it.
 */
export class PluginGateway {
  readonly upstream: FakeUpstream;
  /** The clock of plugins; sockets and timeouts go by the real one. */
  readonly clock = new FakeClock();
  readonly metrics = createMetrics();
  readonly #wheel = new TimerWheel(systemClock);
  readonly #services = new TestServices();
  readonly #host: Host;
  readonly #compiler: SnapshotCompiler;
  readonly #pipeline: Pipeline;
  readonly #clients: RawClient[] = [];
  #server: Server | null = null;

  private constructor(upstream: FakeUpstream) {
    this.upstream = upstream;
    this.#host = new Host({ log: this.#services.logger, compileSchema });
    this.#host.use(
      proxyStandard.filter(({ kind }) => kind === 'plugin'),
      { packageName: '@gibbon/preset-proxy-standard', packageVersion: '0.1.0' },
    );
    this.#host.bindValue(CLOCK, this.clock, 'Moved by tests.');
    this.#host.bindValue(RANDOM, systemRandom, 'Real randomness.');
    this.#host.bindValue(METRICS, this.metrics, 'Read by tests.');
    this.#host.bindValue(LOGGER, this.#services.logger, 'Kept for tests.');
    this.#host.bindValue(COUNTERS, createCounters({ clock: this.clock }), 'Counters in shared memory.');
    this.#host.bind(
      defineService({
        token: HTTP_CLIENT,
        summary: 'Requests of plugins.',
        create: ({ scope }) => scope.own(createHttpClient(systemClock)),
      }),
    );
    this.#host.boot();
    const upstreams = {
      update: () => undefined,
      named: () => null,
      namesSettled: () => Promise.resolve(),
      resolve: (host: string) => host,
    };
    this.#compiler = new SnapshotCompiler({ modules: this.#host.modules, scope: this.#host.scope, routes: new RouterIndex(), upstreams });
    this.#pipeline = createPipeline({
      clock: systemClock,
      wheel: this.#wheel,
      transport: createNetTransport(),
      log: this.#services.logger,
      randomHex: (bytes) => systemRandom.hex(bytes),
      snapshot: this.#compiler.apply({}).snapshot,
    });
  }

  static async start(configuration: PluginGatewayConfiguration): Promise<PluginGateway> {
    const gateway = new PluginGateway(await startFakeUpstream());
    gateway.configure(configuration);
    const transport = createNetTransport();
    gateway.#server = await transport.listen({ host: '127.0.0.1', port: 0, reusePort: false, tls: null }, (connection) =>
      gateway.#pipeline.accept(connection),
    );
    return gateway;
  }

  /** Warnings and errors that were logged, messages only. */
  get complaints(): string[] {
    return this.#services.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
  }

  /** Takes another configuration for requests from now on. @throws Error with everything that is wrong with it. */
  configure({
    routes = [{ name: 'all', paths: ['/'] }],
    plugins = [],
    globalPlugins = [],
    consumers = [],
    otherServices = [],
  }: PluginGatewayConfiguration): void {
    const service = { name: 'echo', url: this.upstream.url, routes, plugins };
    const document = { _format_version: '3.0', services: [service, ...otherServices], plugins: globalPlugins, consumers };
    const parsed = parseDeclarative(document, { plugins: modulePlugins(this.#host.modules) });
    if (!parsed.ok) throw new Error(parsed.errors.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    const { snapshot, problems } = this.#compiler.replace(parsed.configuration);
    if (problems.length > 0) throw new Error(problems.map(({ field, message }) => `${field}: ${message}`).join('\n'));
    this.#pipeline.use(snapshot);
  }

  /** A client connection of its own; closed with the gateway. */
  async connect(): Promise<RawClient> {
    const client = await RawClient.open({ port: this.#server!.port });
    this.#clients.push(client);
    return client;
  }

  /** Sends one request, on a connection of its own unless one is given. */
  async ask(request: GatewayRequest = {}, client?: RawClient): Promise<GatewayAnswer> {
    const connection = client ?? (await this.connect());
    const before = this.upstream.requests.length;
    const { method = 'GET', target = '/', headers = [], body } = request;
    const fields = ['Host', 'gateway.test', ...headers, ...(body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))])];
    let head = `${method} ${target} HTTP/1.1\r\n`;
    for (let index = 0; index < fields.length; index += 2) head += `${fields[index]}: ${fields[index + 1]}\r\n`;
    connection.send(`${head}\r\n`).send(Buffer.from(body ?? ''));
    const response = await connection.response(method);
    const received = this.upstream.requests[before];
    if (received === undefined) return { response, seen: null };
    const echoed = { upstream: this.upstream.name, ...received, body: received.body.toString(), headers: joinedFields(received.headers) };
    return { response, seen: echoed };
  }

  /** Status of one request. */
  async status(request: GatewayRequest = {}, client?: RawClient): Promise<number> {
    return (await this.ask(request, client)).response.status;
  }

  /** Closes everything, and resolves when it is closed. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#server?.close();
    await this.#pipeline.drain();
    this.#pipeline.destroy();
    this.#wheel.dispose();
    await (this.#host.scope as unknown as Disposable).dispose();
    await this.upstream.close();
  }
}

/** Fields by lower-case name; repeated ones joined by `, `. */
export function joinedFields(list: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < list.length; index += 2) {
    const name = list[index]!.toLowerCase();
    fields[name] = name in fields ? `${fields[name]}, ${list[index + 1]}` : list[index + 1]!;
  }
  return fields;
}
