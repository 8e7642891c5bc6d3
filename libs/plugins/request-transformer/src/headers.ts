import type { Exchange } from '@gibbon/contracts/plugin';
import { toFieldValue } from '@gibbon/pdk';
import type { Operations } from './operations.ts';

const HOST = 'host';

/** Edits the header fields for the upstream. `Host` can be replaced and appended alone, and then is the upstream's. */
export function editHeaders(exchange: Exchange, operations: Operations): void {
  const { requestHeaders } = exchange;
  for (const name of operations.remove) {
    const lower = name.toLowerCase();
    if (lower !== HOST) requestHeaders.remove(lower);
  }
  for (const { name, value } of operations.rename) renameHeader(exchange, name.toLowerCase(), value);
  for (const { name, value } of operations.replace) {
    const lower = name.toLowerCase();
    if (lower === HOST) setHost(exchange, value);
    else if (requestHeaders.has(lower)) requestHeaders.set(name, toFieldValue(value));
  }
  for (const { name, value } of operations.add) {
    const lower = name.toLowerCase();
    if (lower !== HOST && !requestHeaders.has(lower)) requestHeaders.set(name, toFieldValue(value));
  }
  for (const { name, value } of operations.append) {
    if (name.toLowerCase() === HOST) setHost(exchange, value);
    else requestHeaders.add(name, toFieldValue(value));
  }
}

function renameHeader(exchange: Exchange, from: string, to: string): void {
  const { requestHeaders } = exchange;
  const target = to.toLowerCase();
  if (from === HOST || target === HOST || from === target) return;
  const values = requestHeaders.getAll(from);
  if (values.length === 0) return;
  requestHeaders.remove(from);
  requestHeaders.remove(target);
  for (const value of values) requestHeaders.add(to, value);
}

/** A host that nobody could ask for would make the request itself invalid: it is left as it was. */
function setHost(exchange: Exchange, value: string): void {
  const host = toFieldValue(value);
  if (/^[A-Za-z0-9._~!$&'()*+,;=%:[\]-]+$/.test(host)) exchange.upstreamHost = host;
}
