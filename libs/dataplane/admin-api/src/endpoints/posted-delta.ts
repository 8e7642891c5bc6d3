import type { DeltaDocument } from '../context.ts';
import { message, type AdminRequest, type AdminResponse } from '../http/message.ts';

/** The difference in the body of `PATCH /config`, or the answer to a body that holds none. */
export function postedDelta(request: AdminRequest): { readonly document: DeltaDocument } | { readonly refused: AdminResponse } {
  const [media = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (media.trim() !== 'application/json') return { refused: message(415, 'Content-Type must be application/json') };
  const text = new TextDecoder().decode(request.body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: message(400, 'Cannot parse JSON body') };
  }
  const {
    base_hash: baseHash,
    delta,
    ...unknown
  } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof baseHash !== 'string' || !/^[0-9a-f]{32}$/.test(baseHash))
    return { refused: message(400, 'base_hash: expected 32 hexadecimal digits') };
  if (delta === undefined) return { refused: message(400, 'delta: required field missing') };
  const [surplus] = Object.keys(unknown);
  if (surplus !== undefined) return { refused: message(400, `${surplus}: unknown field`) };
  return { document: { baseHash, delta, text } };
}
