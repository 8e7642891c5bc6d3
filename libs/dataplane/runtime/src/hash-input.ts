import type { HashOn, Upstream } from '@gibbon/contracts/entities';
import type { Exchange } from '@gibbon/contracts/plugin';
import { xxhash32 } from './xxhash32.ts';

/** Which of the upstream's fields name what to hash. */
interface HashSource {
  readonly on: HashOn;
  readonly header: string | null;
  readonly cookie: string | null;
  readonly queryArg: string | null;
  readonly uriCapture: string | null;
}

/**
 * The 32-bit hash of what `hash_on`, else `hash_fallback`, names in a request. Where that is a cookie that the client does
 * not have, it gets one.
 * @param newId 32 random hexadecimal characters, for such a cookie.
 * @returns -1 when there is nothing to hash.
 * @see https://developer.konghq.com/gateway/entities/upstream/#consistent-hashing
 */
export function hashOf(upstream: Upstream, exchange: Exchange, newId: () => string): number {
  const value =
    valueOf(primary(upstream), exchange) ??
    (upstream.hash_on === 'cookie' ? null : valueOf(fallback(upstream), exchange)) ??
    (upstream.hash_on === 'cookie' || upstream.hash_fallback === 'cookie' ? newCookie(upstream, exchange, newId) : null);
  return value === null ? -1 : xxhash32(Buffer.from(value));
}

/** Gives the client a cookie by which it will be known. */
function newCookie(upstream: Upstream, exchange: Exchange, newId: () => string): string | null {
  if (upstream.hash_on_cookie === null) return null;
  const value = uuidFrom(newId());
  exchange.responseHeaders.add(
    'Set-Cookie',
    `${upstream.hash_on_cookie}=${value}; Path=${upstream.hash_on_cookie_path}; Same-Site=Lax; HttpOnly`,
  );
  return value;
}

/** A version 4 UUID from 32 random hexadecimal characters. */
function uuidFrom(hex: string): string {
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function primary(upstream: Upstream): HashSource {
  return {
    on: upstream.hash_on,
    header: upstream.hash_on_header,
    cookie: upstream.hash_on_cookie,
    queryArg: upstream.hash_on_query_arg,
    uriCapture: upstream.hash_on_uri_capture,
  };
}

function fallback(upstream: Upstream): HashSource {
  return {
    on: upstream.hash_fallback,
    header: upstream.hash_fallback_header,
    cookie: upstream.hash_on_cookie,
    queryArg: upstream.hash_fallback_query_arg,
    uriCapture: upstream.hash_fallback_uri_capture,
  };
}

function valueOf(source: HashSource, exchange: Exchange): string | null {
  switch (source.on) {
    case 'none':
      return null;
    case 'consumer':
      return exchange.consumer?.id ?? exchange.credential?.id ?? null;
    case 'ip':
      return exchange.forwardedAddress;
    case 'header': {
      const values = source.header === null ? [] : exchange.requestHeaders.getAll(source.header.toLowerCase());
      return values.length === 0 ? null : values.join(', ');
    }
    case 'cookie':
      return source.cookie === null ? null : cookieOf(exchange, source.cookie);
    case 'path':
      return exchange.path;
    case 'query_arg':
      return source.queryArg === null ? null : queryArgOf(exchange.rawQuery, source.queryArg);
    case 'uri_capture':
      return source.uriCapture === null ? null : (exchange.uriCaptures[source.uriCapture] ?? null);
    default:
      return source.on satisfies never;
  }
}

/** The value of a cookie, or `null`. */
function cookieOf(exchange: Exchange, name: string): string | null {
  for (const line of exchange.requestHeaders.getAll('cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return null;
}

/** All values of a query argument, sorted and joined by commas; `true` for one without a value. */
function queryArgOf(query: string, name: string): string | null {
  const values: string[] = [];
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (decode(equals === -1 ? pair : pair.slice(0, equals)) !== name) continue;
    values.push(equals === -1 ? 'true' : decode(pair.slice(equals + 1)));
  }
  return values.length === 0 ? null : values.sort().join(',');
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
