import type { Consumer } from '@gibbon/contracts/entities';
import type { Exchange, Headers } from '@gibbon/contracts/plugin';
import { toByteString } from './byte-strings.ts';

/** A field name in both forms: lowering it anew for every request would cost more than the look-up. */
interface FieldName {
  readonly name: string;
  readonly lower: string;
}

const fieldName = (name: string): FieldName => ({ name, lower: name.toLowerCase() });
const CONSUMER_ID = fieldName('X-Consumer-ID');
const CONSUMER_CUSTOM_ID = fieldName('X-Consumer-Custom-ID');
const CONSUMER_USERNAME = fieldName('X-Consumer-Username');
const CREDENTIAL_IDENTIFIER = fieldName('X-Credential-Identifier');
const ANONYMOUS_CONSUMER = fieldName('X-Anonymous-Consumer');

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
  const { requestHeaders } = exchange;
  setOrRemove(requestHeaders, CONSUMER_ID, consumer === null ? null : consumer.id);
  setOrRemove(requestHeaders, CONSUMER_CUSTOM_ID, consumer === null ? null : consumer.custom_id);
  setOrRemove(requestHeaders, CONSUMER_USERNAME, consumer === null ? null : consumer.username);
  setOrRemove(requestHeaders, CREDENTIAL_IDENTIFIER, credential === null ? null : identifier);
  setOrRemove(requestHeaders, ANONYMOUS_CONSUMER, credential === null ? 'true' : null);
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

function setOrRemove(headers: Headers, field: FieldName, value: string | null): void {
  if (value === null) headers.remove(field.lower);
  else headers.set(field.name, toByteString(value));
}
