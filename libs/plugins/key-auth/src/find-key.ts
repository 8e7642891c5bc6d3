import type { Exchange } from '@gibbon/contracts/plugin';
import {
  ArgumentList,
  bodyFormatOf,
  byteStringToBytes,
  bytesToByteString,
  fromByteString,
  JsonObject,
  MultipartForm,
  toByteString,
} from '@gibbon/pdk';

/** Where keys are looked for. */
export interface KeyPlaces {
  readonly header: boolean;
  readonly query: boolean;
  readonly body: boolean;
}

/** A name that a key may have, in the forms that the places need. */
export interface KeyName {
  readonly text: string;
  readonly lower: string;
  /** Byte string. */
  readonly bytes: string;
}

/** The forms of a configured name. */
export function keyName(text: string): KeyName {
  return { text, lower: text.toLowerCase(), bytes: toByteString(text) };
}

/** The request's body, read once: values by name, and how to write it again without one. */
export interface KeyBody {
  /** Byte strings; anything that is not one string counts as a value of its own kind. */
  values(name: KeyName): readonly unknown[];
  without(name: KeyName): Uint8Array;
}

const NO_BODY: KeyBody = { values: () => [], without: () => new Uint8Array(0) };

/** Values of a name in a query string; flags (`?apikey`) are no keys. */
export function queryValues(query: string, name: KeyName): readonly string[] {
  if (query === '') return [];
  return new ArgumentList(query).getAll(name.bytes).filter((value) => value !== true);
}

/** Reads a body to look for keys: form, multipart or JSON. One that is too large or unreadable has none. */
export async function readKeyBody(exchange: Exchange, limitBytes: number): Promise<KeyBody> {
  const contentType = exchange.requestHeaders.get('content-type');
  const format = bodyFormatOf(contentType);
  if (format === null) return NO_BODY;
  const bytes = await exchange.readBody(limitBytes);
  if (bytes === null) return NO_BODY;
  if (format === 'json') return jsonBody(Buffer.from(bytes).toString());
  const text = bytesToByteString(bytes);
  const form = format === 'form' ? new ArgumentList(text) : MultipartForm.parse(text, contentType!);
  if (form === null) return NO_BODY;
  return {
    values: (name) => form.getAll(name.bytes).filter((value) => value !== true),
    without: (name) => {
      form.remove(name.bytes);
      return byteStringToBytes(form.toString());
    },
  };
}

function jsonBody(text: string): KeyBody {
  const object = JsonObject.parse(text);
  if (object === null) return NO_BODY;
  return {
    values: (name) => {
      const value = object.get(name.text);
      if (Array.isArray(value)) return value.length > 1 ? (value as unknown[]) : [value];
      return typeof value === 'string' ? [toByteString(value)] : typeof value === 'object' && value !== null ? [value] : [];
    },
    without: (name) => {
      object.remove(name.text);
      return Buffer.from(object.toString());
    },
  };
}

/** What a search gave: a key as text, or that there is none, or more than one. */
export type FoundKey =
  | { readonly kind: 'key'; readonly key: string; readonly name: KeyName; readonly body: KeyBody | null }
  | { readonly kind: 'missing' }
  | { readonly kind: 'duplicate' };

const MISSING: FoundKey = { kind: 'missing' };
const DUPLICATE: FoundKey = { kind: 'duplicate' };

/**
 * Looks for a key in the fields and the query, name by name; the first that is there ends the search, also when empty.
 * @param body what the body has, or `null` where it is not looked at.
 */
export function findKey(exchange: Exchange, names: readonly KeyName[], places: KeyPlaces, body: KeyBody | null): FoundKey {
  for (const name of names) {
    let values: readonly unknown[] = places.header ? exchange.requestHeaders.getAll(name.lower) : [];
    if (values.length === 0 && places.query) values = queryValues(exchange.upstreamQuery, name);
    if (values.length === 0 && body !== null) values = body.values(name);
    if (values.length === 0) continue;
    const [value] = values;
    if (values.length > 1 || typeof value !== 'string') return DUPLICATE;
    return value === '' ? MISSING : { kind: 'key', key: fromByteString(value), name, body };
  }
  return MISSING;
}
