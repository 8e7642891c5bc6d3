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
 * The 32-bit hash of what `hash_on`, else `hash_fallback`, names in a request.
 * @returns -1 when there is nothing to hash.
 * @see https://developer.konghq.com/gateway/entities/upstream/#consistent-hashing
 */
export function hashOf(upstream: Upstream, exchange: Exchange): number {
  const value = valueOf(primary(upstream), exchange) ?? valueOf(fallback(upstream), exchange);
  return value === null ? -1 : xxhash32(Buffer.from(value));
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
