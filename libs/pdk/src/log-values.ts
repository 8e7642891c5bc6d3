import type { Exchange } from '@gibbon/contracts/plugin';

const LOG_VALUES = Symbol.for('gibbon/log-values');
const NONE: ReadonlyMap<string, unknown> = new Map();

/**
 * Adds a value to what logging plugins write about the request, under a key of its own.
 * @see https://developer.konghq.com/gateway/pdk/reference/kong.log/#kong-log-set-serialize-value
 */
export function setLogValue(exchange: Exchange, key: string, value: unknown): void {
  const values = exchange.state.get(LOG_VALUES) as Map<string, unknown> | undefined;
  if (values === undefined) exchange.state.set(LOG_VALUES, new Map([[key, value]]));
  else values.set(key, value);
}

/** What plugins added with {@link setLogValue}. For the log phase. */
export function logValues(exchange: Exchange): ReadonlyMap<string, unknown> {
  return (exchange.state.get(LOG_VALUES) as ReadonlyMap<string, unknown> | undefined) ?? NONE;
}
