import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { Logger } from '@gibbon/contracts/services';
import { BODY_LIMIT_BYTES, JsonObject } from '@gibbon/pdk';
import { compileHeaders } from './headers.ts';
import { compileJson, type JsonEdit } from './json.ts';
import type { ResponseTransformerConfig } from './options.ts';

const NOTHING = new Uint8Array(0);

/** A response body while it is collected. */
interface Collected {
  readonly chunks: Uint8Array[];
  bytes: number;
}

/** Changes header fields, and JSON bodies of responses. Bodies stream through unless they are JSON that is to be changed. */
export class ResponseTransformer implements PluginHandler {
  readonly #logger: Logger;
  readonly #editJson: JsonEdit | null;
  readonly headerFilter?: (exchange: Exchange) => void;
  readonly bodyFilter?: (exchange: Exchange, chunk: Uint8Array, last: boolean) => Uint8Array;
  /** Bodies being collected, by this instance alone: several may transform one response. */
  readonly #key = Symbol('response-transformer body');

  constructor(config: ResponseTransformerConfig, logger: Logger) {
    const editHeaders = compileHeaders(config);
    this.#logger = logger;
    this.#editJson = compileJson(config);
    if (editHeaders === null && this.#editJson === null) return;
    this.headerFilter = (exchange) => {
      editHeaders?.(exchange.responseHeaders);
      if (this.#editJson !== null && isPlainJson(exchange)) this.#startCollecting(exchange);
    };
    if (this.#editJson !== null) this.bodyFilter = (exchange, chunk, last) => this.#filter(exchange, chunk, last);
  }

  /** The length is known only at the end. */
  #startCollecting(exchange: Exchange): void {
    exchange.responseHeaders.remove('content-length');
    exchange.state.set(this.#key, { chunks: [], bytes: 0 } satisfies Collected);
  }

  #filter(exchange: Exchange, chunk: Uint8Array, last: boolean): Uint8Array {
    const collected = exchange.state.get(this.#key) as Collected | undefined;
    if (collected === undefined) return chunk;
    // The proxy reuses the memory of a chunk.
    if (chunk.byteLength > 0) collected.chunks.push(Uint8Array.from(chunk));
    collected.bytes += chunk.byteLength;
    if (!last && collected.bytes <= BODY_LIMIT_BYTES) return NOTHING;
    exchange.state.delete(this.#key);
    const body = Buffer.concat(collected.chunks, collected.bytes);
    if (last) return this.#transform(exchange, body);
    this.#logger.warn({ route: exchange.route?.name ?? null, limitBytes: BODY_LIMIT_BYTES }, 'body too large to transform, left as it is');
    return body;
  }

  #transform(exchange: Exchange, body: Uint8Array): Uint8Array {
    if (body.byteLength === 0) return body;
    const object = parse(body);
    if (object === null) {
      this.#logger.warn({ route: exchange.route?.name ?? null }, 'body is not a JSON object, left as it is');
      return body;
    }
    this.#editJson?.(object);
    return Buffer.from(object.toString());
  }
}

/** Whether the body is JSON and not compressed. Several media types in one field count as any of them. */
function isPlainJson(exchange: Exchange): boolean {
  const type = exchange.responseHeaders.get('content-type');
  if (type === null || !type.split(',').some((one) => /^\s*application\/(?:json|\*)\s*(?:;|$)/i.test(one))) return false;
  const encoding = exchange.responseHeaders.get('content-encoding');
  return encoding === null || encoding.toLowerCase() === 'identity';
}

function parse(body: Uint8Array): JsonObject | null {
  try {
    return JsonObject.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return null;
  }
}
