import type { DeclarativeDocument } from '../context.ts';
import { message, type AdminRequest, type AdminResponse } from '../http/message.ts';

/** A posted document, or the answer to a body that holds none. */
export type Posted = { readonly document: DeclarativeDocument } | { readonly refused: AdminResponse };

/**
 * Finds the document in the body of `POST /config`: the body itself (JSON or YAML), or its field `config` (JSON or a form).
 */
export async function postedDocument(request: AdminRequest): Promise<Posted> {
  const type = request.headers['content-type'] ?? '';
  const [media = ''] = type.toLowerCase().split(';');
  if (request.body.length === 0) return EMPTY;
  switch (media.trim()) {
    case 'application/json':
      return fromJson(textOf(request.body));
    case 'application/yaml':
    case 'application/x-yaml':
    case 'text/yaml':
    case 'text/x-yaml':
      return fromText(textOf(request.body));
    case 'application/x-www-form-urlencoded':
    case 'multipart/form-data':
      return fromForm(request.body, type);
    default:
      return { refused: message(415, UNSUPPORTED) };
  }
}

const UNSUPPORTED =
  'Content-Type must be application/json, application/yaml, text/yaml, application/x-www-form-urlencoded or multipart/form-data';

const EMPTY: Posted = { refused: message(400, 'expected a declarative configuration') };

function fromJson(text: string): Posted {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: message(400, 'Cannot parse JSON body') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return EMPTY;
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['config'] === 'string') return fromText(fields['config']);
  return Object.keys(fields).length === 0 ? EMPTY : { document: { source: fields, text } };
}

async function fromForm(body: Uint8Array, type: string): Promise<Posted> {
  try {
    const form = await new Response(Buffer.from(body), { headers: { 'content-type': type } }).formData();
    const config = form.get('config');
    if (config === null) return EMPTY;
    return fromText(typeof config === 'string' ? config : await config.text());
  } catch {
    return { refused: message(400, 'Cannot parse form body') };
  }
}

function fromText(text: string): Posted {
  return text.trim() === '' ? EMPTY : { document: { source: text, text } };
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
