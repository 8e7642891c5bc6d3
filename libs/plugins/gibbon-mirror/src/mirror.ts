import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { HttpClient, Logger, Random } from '@gibbon/contracts/services';
import { escapePath } from '@gibbon/pdk';

/** Configuration as validated. */
export interface MirrorConfig {
  readonly mirrors: readonly MirrorTarget[];
  readonly maxBodyBytes: number;
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
}

/** A service that gets copies, and of how many requests. */
export interface MirrorTarget {
  readonly service: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** What a mirror works with. */
export interface MirrorServices {
  readonly client: HttpClient;
  readonly random: Random;
  readonly logger: Logger;
}

/** Fields that concern one connection, or the framing of one message. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NO_BODY = new Uint8Array(0);
/** Answers are thrown away. */
const KEPT_BYTES = 0;

/** Sends copies of requests; the client waits for none of them. */
export class Mirror implements PluginHandler {
  readonly #config: MirrorConfig;
  readonly #services: MirrorServices;
  #underWay = 0;

  constructor(config: MirrorConfig, services: MirrorServices) {
    this.#config = config;
    this.#services = services;
  }

  access(exchange: Exchange): void | Promise<void> {
    const chosen = this.#config.mirrors.filter((mirror) => this.#takes(mirror));
    // A connection that changes its protocol has no copy.
    if (chosen.length === 0 || exchange.requestHeaders.has('upgrade')) return;
    if (!hasBody(exchange)) {
      for (const mirror of chosen) this.#copy(exchange, mirror, NO_BODY);
      return;
    }
    return exchange.readBody(this.#config.maxBodyBytes).then((body) => {
      if (body !== null) for (const mirror of chosen) this.#copy(exchange, mirror, body);
    });
  }

  #takes({ numerator, denominator }: MirrorTarget): boolean {
    return numerator >= denominator || this.#services.random.float() * denominator < numerator;
  }

  #copy(exchange: Exchange, { service }: MirrorTarget, body: Uint8Array): void {
    const { client, logger } = this.#services;
    if (this.#underWay >= this.#config.maxConcurrent) return;
    const peer = exchange.peerOf(service);
    if (peer === null) return;
    const { scheme, host, port } = peer;
    const query = exchange.upstreamQuery === '' ? '' : `?${exchange.upstreamQuery}`;
    const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    this.#underWay++;
    client
      .request({
        url: `${scheme}://${authority}:${port}${escapePath(exchange.upstreamPath)}${query}`,
        method: exchange.upstreamMethod,
        headers: copiedFields(exchange),
        ...(body.length > 0 && { body }),
        timeoutMs: this.#config.timeoutMs,
        maxBodyBytes: KEPT_BYTES,
        keepAlive: true,
      })
      .catch((error: unknown) => logger.debug({ err: error, service }, 'a copy of a request was not answered'))
      .finally(() => this.#underWay--);
  }
}

function hasBody({ requestHeaders }: Exchange): boolean {
  const length = requestHeaders.get('content-length');
  return requestHeaders.has('transfer-encoding') || (length !== null && length !== '0');
}

function copiedFields(exchange: Exchange): readonly string[] {
  const fields = exchange.requestHeaders.toList();
  const named = new Set((exchange.requestHeaders.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const copied = ['Host', exchange.upstreamHost || (exchange.requestHeaders.get('host') ?? exchange.host)];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const lower = (fields[at] as string).toLowerCase();
    if (!NOT_COPIED.has(lower) && !named.has(lower)) copied.push(fields[at] as string, fields[at + 1] as string);
  }
  return copied;
}
