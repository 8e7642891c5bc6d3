import type { Consumer } from '@gibbon/contracts/entities';
import type { Exchange } from '@gibbon/contracts/plugin';
import { toByteString } from './byte-strings.ts';

/**
 * Records who the client is and tells the upstream, by the contract of Kong's authentication plugins. What the client
 * itself sent in these fields is replaced or removed.
 * @param consumer `null` for a credential without consumer.
 * @param credential `null` for the anonymous consumer.
 * @param identifier goes to `X-Credential-Identifier`: the credential's id, key or user name, as each plugin has it.
 * @see https://developer.konghq.com/gateway/authentication/#request-headers
 */
export function identify(
  exchange: Exchange,
  consumer: Consumer | null,
  credential: { readonly id: string } | null,
  identifier: string | null,
): void {
  exchange.authenticate(consumer, credential);
  setOrRemove(exchange, 'X-Consumer-ID', consumer?.id ?? null);
  setOrRemove(exchange, 'X-Consumer-Custom-ID', consumer?.custom_id ?? null);
  setOrRemove(exchange, 'X-Consumer-Username', consumer?.username ?? null);
  setOrRemove(exchange, 'X-Credential-Identifier', credential === null ? null : identifier);
  setOrRemove(exchange, 'X-Anonymous-Consumer', credential === null ? 'true' : null);
}

/**
 * Whether this plugin has nothing to do because another has authenticated the request and either suffices: the plugin
 * has an anonymous consumer configured ("logical OR").
 */
export function isAuthenticatedElsewhere(exchange: Exchange, anonymous: string | null): boolean {
  return anonymous !== null && exchange.credential !== null;
}

/**
 * Lets a request that failed to authenticate go on as the anonymous consumer; answers 500 when there is none of that
 * id or user name.
 * @param anonymous id or user name of a consumer.
 */
export function continueAsAnonymous(exchange: Exchange, anonymous: string): void {
  const consumer = exchange.entities.get('consumers', anonymous) ?? exchange.entities.find('consumers', 'username', anonymous);
  if (consumer === null) exchange.error(500, `anonymous consumer ${anonymous} is configured but doesn't exist`);
  else identify(exchange, consumer, null, null);
}

function setOrRemove(exchange: Exchange, name: string, value: string | null): void {
  if (value === null) exchange.requestHeaders.remove(name.toLowerCase());
  else exchange.requestHeaders.set(name, toByteString(value));
}
