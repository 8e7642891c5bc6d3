import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Route, Service } from '@gibbon/contracts/entities';
import type { EntityLookup, PluginHandler } from '@gibbon/contracts/plugin';
import type { Clock, LogFields, Logger } from '@gibbon/contracts/services';
import type { RouteInput, RouteMatch } from '@gibbon/dataplane-router';
import { createDirectTransport, createNetTransport, type Server, type Transport } from '@gibbon/dataplane-transport';
import type { BalancedUpstream, UpstreamPeer } from '@gibbon/dataplane-upstream';
import { FakeClock, TimerWheel } from '@gibbon/time';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import type { ProxySettings } from '../settings.ts';
import type { ChainStep, CompiledRoute, CompiledService, PluginChain, PluginInstance, Snapshot } from '../snapshot.ts';

const NO_ENTITIES: EntityLookup = { get: () => null, find: () => null, children: () => [] };
const NO_CHAIN: PluginChain = { access: null, headerFilter: null, bodyFilter: null, log: null, steps: null };

/** One route of a hand-made snapshot. */
export interface RouteSpec {
  /** Default `/`. */
  readonly prefix?: string;
  readonly route?: Partial<Route>;
  /** `null`: a route without service. Default: to `port`. */
  readonly service?: Partial<Service> | null;
  /** Upstream port on 127.0.0.1. */
  readonly port?: number;
  readonly balanced?: BalancedUpstream;
  readonly hostHeader?: string;
  readonly captures?: Readonly<Record<string, string>>;
  readonly plugins?: readonly PluginHandler[];
  readonly steps?: readonly ChainStep[];
}

/** What a test may say about a snapshot. */
export interface SnapshotSpec {
  readonly routes: readonly RouteSpec[];
  /** Plugins of every request. */
  readonly global?: readonly PluginHandler[];
  readonly upstreams?: Readonly<Record<string, BalancedUpstream>>;
  /** For `setService`, by id. */
  readonly services?: Readonly<Record<string, CompiledService>>;
  readonly resolve?: (host: string) => string | Promise<string>;
}

/** A plugin handler as a chain holds it. */
export function instance(handler: PluginHandler, name = 'test'): PluginInstance {
  return { name, entityId: name, handler };
}

/** Handlers as the compiler would sort them into phases. */
export function chainOf(handlers: readonly PluginHandler[]): PluginChain {
  const having = (phase: keyof PluginHandler): PluginInstance[] | null => {
    const list = handlers.filter((handler) => handler[phase] !== undefined).map((handler) => instance(handler));
    return list.length === 0 ? null : list;
  };
  return {
    access: having('access'),
    headerFilter: having('headerFilter'),
    bodyFilter: having('bodyFilter'),
    log: having('log'),
    steps: null,
  };
}

/** Compiles a snapshot by hand: routes match by prefix, the first wins. */
export function snapshotOf(spec: SnapshotSpec, revision = 1): Snapshot {
  const global = spec.global ?? [];
  const routes = spec.routes.map((route) => ({ prefix: route.prefix ?? '/', match: matchOf(route, global) }));
  const rewrite = global.filter(({ rewrite: phase }) => phase !== undefined).map((handler) => instance(handler));
  return {
    revision,
    router: {
      match: (input: RouteInput): RouteMatch<CompiledRoute> | null =>
        routes.find(({ prefix }) => input.path.startsWith(prefix))?.match ?? null,
      size: routes.length,
      problems: [],
    },
    rewrite: rewrite.length === 0 ? null : rewrite,
    globalChain: chainOf(global),
    entities: NO_ENTITIES,
    upstreamNamed: (name) => spec.upstreams?.[name] ?? null,
    serviceOf: (id) => spec.services?.[id] ?? null,
    inFlight: 0,
    onIdle: null,
    resolve: spec.resolve ?? ((host) => host),
  };
}

function matchOf(spec: RouteSpec, global: readonly PluginHandler[]): RouteMatch<CompiledRoute> {
  const route = {
    id: 'route',
    name: 'test-route',
    protocols: ['http', 'https'],
    strip_path: false,
    preserve_host: false,
    path_handling: 'v0',
    https_redirect_status_code: 426,
    ...spec.route,
  } as unknown as Route;
  const service =
    spec.service === null
      ? null
      : ({
          id: 'service',
          name: 'test-service',
          protocol: 'http',
          host: '127.0.0.1',
          port: spec.port ?? 1,
          path: null,
          retries: 5,
          connect_timeout: 5000,
          write_timeout: 60_000,
          read_timeout: 60_000,
          ...spec.service,
        } as unknown as Service);
  const chain = { ...chainOf([...global, ...(spec.plugins ?? [])]), steps: spec.steps ?? null };
  const upstream = spec.hostHeader === undefined ? null : ({ host_header: spec.hostHeader } as never);
  const compiled = service === null ? null : { service, balanced: spec.balanced ?? null, upstream, tls: null, poolKey: '' };
  return {
    value: {
      route,
      service: compiled,
      chain: spec.plugins === undefined && spec.steps === undefined && global.length === 0 ? NO_CHAIN : chain,
    },
    prefix: spec.prefix ?? '/',
    captures: spec.captures ?? null,
  };
}

/** A report that a balancer got. */
export type Report = readonly [port: number, status: number, failure: string, ok: boolean];

/** Balances over ports of 127.0.0.1, one after the other, avoiding those that failed in the request. */
export class TestUpstream implements BalancedUpstream {
  readonly name = 'test-upstream';
  readonly usesHash: boolean;
  readonly reports: Report[] = [];
  readonly hashes: number[] = [];
  readonly #peers: readonly UpstreamPeer[];
  #next = 0;

  constructor(ports: readonly number[], options: { readonly usesHash?: boolean; readonly hostname?: string } = {}) {
    this.usesHash = options.usesHash ?? false;
    this.#peers = ports.map((port, index) => ({ index, host: '127.0.0.1', port, hostname: options.hostname ?? '127.0.0.1', weight: 100 }));
  }

  pick(context: { readonly hash: number; readonly failed: readonly unknown[] }): UpstreamPeer | null {
    this.hashes.push(context.hash);
    const usable = this.#peers.filter((peer) => !context.failed.includes(peer));
    return usable[this.#next++ % (usable.length || 1)] ?? null;
  }

  report(peer: UpstreamPeer, status: number, failure: string, result: { readonly ok: boolean }): void {
    this.reports.push([peer.port, status, failure, result.ok]);
  }
}

/** A log that keeps what is written. */
export class KeptLog implements Logger {
  readonly lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[] = [];
  readonly trace = this.#method('trace');
  readonly debug = this.#method('debug');
  readonly info = this.#method('info');
  readonly warn = this.#method('warn');
  readonly error = this.#method('error');
  readonly fatal = this.#method('fatal');

  isLevelEnabled(): boolean {
    return true;
  }
  child(): Logger {
    return this;
  }

  #method(level: string) {
    return (fields: LogFields | string, message?: string): void => {
      this.lines.push(typeof fields === 'string' ? { level, fields: {}, message: fields } : { level, fields, message: message ?? '' });
    };
  }
}

/** A running gateway. */
export interface TestGateway {
  readonly port: number;
  readonly pipeline: Pipeline;
  readonly clock: FakeClock;
  readonly wheel: TimerWheel;
  readonly log: KeptLog;
  readonly server: Server;
  /** Stops; fails when anything is left open. */
  close(): Promise<void>;
}

/** Options of {@link startGateway}. */
export interface GatewayOptions {
  readonly snapshot: Snapshot;
  readonly settings?: Partial<ProxySettings>;
  readonly transport?: Transport;
  readonly clock?: Clock;
}

export const TRANSPORTS: Readonly<Record<'net' | 'direct', () => Transport>> = { net: createNetTransport, direct: createDirectTransport };

/** Listens on a free port of 127.0.0.1. */
export async function startGateway(options: GatewayOptions): Promise<TestGateway> {
  const clock = new FakeClock();
  const wheel = new TimerWheel(clock);
  const log = new KeptLog();
  const transport = options.transport ?? createNetTransport();
  const pipeline = createPipeline({
    clock,
    wheel,
    transport,
    log,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    snapshot: options.snapshot,
    settings: options.settings ?? {},
  });
  const server = await transport.listen({ host: '127.0.0.1', port: 0, reusePort: false, tls: null }, (connection) =>
    pipeline.accept(connection),
  );
  const close = async (): Promise<void> => {
    await server.close();
    pipeline.destroy();
    await pipeline.drain();
    await until(() => pipeline.stats.upstreamConnections === 0);
    if (wheel.size !== 0) throw new Error(`${wheel.size} timeouts are still armed`);
    if (pipeline.stats.activeRequests !== 0) throw new Error(`${pipeline.stats.activeRequests} requests never reached the log phase`);
  };
  return { port: server.port, pipeline, clock, wheel, log, server, close };
}

/** Lets the event loop turn until something holds; bounded, so that a failure is an error and no hang. */
export async function until(holds: () => boolean, turns = 20_000): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never came true: ${String(holds)}`);
}

/** Sends text on a new connection and collects everything until the gateway ends it. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let received = '';
  socket.on('data', (chunk: Buffer) => void (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  await new Promise<void>((resolve) => {
    socket.on('end', resolve);
    socket.on('close', resolve);
  });
  socket.destroy();
  return received;
}

/** Resolves when a socket is gone, orderly or not. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
  });
}

/** A GET that asks to close, with more field lines. */
export function get(target: string, ...fields: string[]): string {
  return `GET ${target} HTTP/1.1\r\nHost: client.example\r\n${fields.map((field) => `${field}\r\n`).join('')}Connection: close\r\n\r\n`;
}

/** A response in parts. */
export interface ParsedResponse {
  readonly status: number;
  /** By lower-case name; repeated fields joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Splits a response's text; the body as it was sent, coding included. */
export function parseResponse(text: string): ParsedResponse {
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(line.split(' ')[1]), headers, body: text.slice(end + 4) };
}
