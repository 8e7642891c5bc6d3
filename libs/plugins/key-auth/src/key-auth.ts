import type { KeyAuthCredential } from '@gibbon/contracts/entities';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import { ArgumentList, continueAsAnonymous, identify, isAuthenticatedElsewhere } from '@gibbon/pdk';
import { findKey, keyName, readKeyBody, type FoundKey, type KeyName, type KeyPlaces } from './find-key.ts';

/** Configuration as validated. */
export interface KeyAuthConfig {
  readonly key_names: readonly string[];
  readonly hide_credentials: boolean;
  readonly anonymous: string | null;
  readonly key_in_header: boolean;
  readonly key_in_query: boolean;
  readonly key_in_body: boolean;
  readonly run_on_preflight: boolean;
  readonly realm: string | null;
}

/** A body larger than this is not searched. */
const SEARCHED_BODY_BYTES = 1_048_576;

/** Authenticates requests by a key that belongs to a consumer. Synchronous unless the body has to be read. */
export class KeyAuth implements PluginHandler {
  readonly #config: KeyAuthConfig;
  readonly #names: readonly KeyName[];
  readonly #places: KeyPlaces;
  readonly #challenge: string;

  constructor(config: KeyAuthConfig) {
    this.#config = config;
    this.#names = config.key_names.map(keyName);
    this.#places = { header: config.key_in_header, query: config.key_in_query, body: config.key_in_body };
    this.#challenge = config.realm === null ? 'Key' : `Key realm="${config.realm.replaceAll(/["\\]/g, '\\$&')}"`;
  }

  access(exchange: Exchange): void | Promise<void> {
    if (exchange.method === 'OPTIONS' && !this.#config.run_on_preflight) return undefined;
    if (isAuthenticatedElsewhere(exchange, this.#config.anonymous)) return undefined;
    const found = findKey(exchange, this.#names, this.#places, null);
    if (this.#places.body && !this.#isFinal(found)) return this.#accessWithBody(exchange);
    this.#judge(exchange, found);
    return undefined;
  }

  /** Whether the body would change nothing: the first name has its key elsewhere, and none has to be hidden. */
  #isFinal(found: FoundKey): boolean {
    return found.kind === 'key' && found.name === this.#names[0] && !this.#config.hide_credentials;
  }

  async #accessWithBody(exchange: Exchange): Promise<void> {
    this.#judge(exchange, findKey(exchange, this.#names, this.#places, await readKeyBody(exchange, SEARCHED_BODY_BYTES)));
  }

  #judge(exchange: Exchange, found: FoundKey): void {
    if (found.kind === 'missing') return this.#reject(exchange, 'No API key found in request');
    if (found.kind === 'duplicate') return this.#reject(exchange, 'Duplicate API key found');
    if (this.#config.hide_credentials) hide(exchange, found);
    const credential = exchange.entities.find('keyauth_credentials', 'key', found.key);
    if (credential === null || hasExpired(credential, exchange.startedAt)) return this.#reject(exchange, 'Unauthorized');
    const consumer = exchange.entities.get('consumers', credential.consumer.id);
    if (consumer === null) return this.#reject(exchange, 'Unauthorized');
    return identify(exchange, consumer, credential, credential.id);
  }

  #reject(exchange: Exchange, message: string): void {
    if (this.#config.anonymous !== null) return continueAsAnonymous(exchange, this.#config.anonymous);
    exchange.responseHeaders.set('WWW-Authenticate', this.#challenge);
    return exchange.error(401, message);
  }
}

/** Takes the key out of every place where it may be, so that the upstream never sees it. */
function hide(exchange: Exchange, found: Extract<FoundKey, { kind: 'key' }>): void {
  exchange.requestHeaders.remove(found.name.lower);
  if (exchange.upstreamQuery !== '') {
    const query = new ArgumentList(exchange.upstreamQuery);
    if (query.remove(found.name.bytes)) exchange.upstreamQuery = query.toString();
  }
  if (found.body !== null && found.body.values(found.name).length > 0) exchange.setRequestBody(found.body.without(found.name));
}

function hasExpired(credential: KeyAuthCredential, nowMs: number): boolean {
  return credential.ttl !== null && credential.created_at !== null && nowMs >= (credential.created_at + credential.ttl) * 1_000;
}
