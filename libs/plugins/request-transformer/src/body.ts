import { byteStringToBytes, bytesToByteString, fromByteString, JsonObject, MultipartForm, type BodyFormat } from '@gibbon/pdk';
import { editArguments } from './arguments.ts';
import type { Operations } from './operations.ts';

/**
 * Edits a body. Values become strings, also in JSON; only the top level of JSON is seen.
 * @returns the new body, or `null` when it stays as it is: nothing applied, or it is not of its format.
 */
export function editBody(body: Uint8Array, format: BodyFormat, contentType: string, operations: Operations): Uint8Array | null {
  if (format === 'json') return editJson(body, operations);
  const text = bytesToByteString(body);
  const edited = format === 'form' ? editArguments(text, operations) : editMultipart(text, contentType, operations);
  return edited === null || edited === text ? null : byteStringToBytes(edited);
}

/** An empty body counts as an empty object. */
function editJson(body: Uint8Array, operations: Operations): Uint8Array | null {
  const object = body.byteLength === 0 ? new JsonObject() : parseJson(body);
  if (object === null) return null;
  const before = object.toString();
  for (const name of operations.remove) object.remove(fromByteString(name));
  for (const { name, value } of operations.rename) object.rename(fromByteString(name), fromByteString(value));
  for (const { name, value } of operations.replace) {
    if (object.isSet(fromByteString(name))) object.set(fromByteString(name), fromByteString(value));
  }
  for (const { name, value } of operations.add) {
    if (!object.isSet(fromByteString(name))) object.set(fromByteString(name), fromByteString(value));
  }
  for (const { name, value } of operations.append) object.append(fromByteString(name), fromByteString(value));
  const after = object.toString();
  return after === before ? null : Buffer.from(after);
}

function parseJson(body: Uint8Array): JsonObject | null {
  try {
    return JsonObject.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return null;
  }
}

/** Renames before it removes, and appends nothing: Kong's order for this format. */
function editMultipart(text: string, contentType: string, operations: Operations): string | null {
  const form = MultipartForm.parse(text, contentType);
  if (form === null) return null;
  let changed = false;
  for (const { name, value } of operations.rename) changed = form.rename(name, value) || changed;
  for (const name of operations.remove) changed = form.remove(name) || changed;
  for (const { name, value } of operations.replace) {
    if (!form.has(name)) continue;
    form.set(name, value);
    changed = true;
  }
  for (const { name, value } of operations.add) {
    if (form.has(name)) continue;
    form.set(name, value);
    changed = true;
  }
  return changed ? form.toString() : null;
}
