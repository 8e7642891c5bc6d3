import type { Configuration, Entity } from '@gibbon/contracts/entities';
import { emitDeclarative, ENTITY_TYPES, errorDocument, textHash } from '@gibbon/model';
import type { AdminContext, ApplyOptions, ApplyResult } from '../context.ts';
import { isTruthy, message, type AdminRequest, type AdminResponse } from '../http/message.ts';
import { postedDelta } from './posted-delta.ts';
import { postedDocument } from './posted-document.ts';

/** The text of the configuration that was asked for last: large ones take a while to write. */
const texts = new WeakMap<Configuration, string>();

/** `GET /config`: the configuration as YAML, every entity flat with all fields. */
export function readConfig(context: AdminContext): AdminResponse {
  const { configuration } = context.configuration();
  let text = texts.get(configuration);
  if (text === undefined) {
    text = emitDeclarative(configuration, { format: 'yaml', target: 'gibbon', nested: false, nulls: true, transform: false });
    texts.set(configuration, text);
  }
  return { status: 200, body: { config: text } };
}

/**
 * `POST /config`: checks a document and puts it into service as a whole; the configuration in service goes on when it is
 * refused. `check_hash=1`: 304 for the text that serves already. `flatten_errors=1`: errors by entity. Gibbon's own:
 * `leave_out_invalid=1` serves the rest of a document with faulty entities, and `Prefer: return=minimal` (RFC 7240) asks
 * for the hash and what was left out instead of all entities.
 */
export async function writeConfig(context: AdminContext, request: AdminRequest): Promise<AdminResponse> {
  const posted = await postedDocument(request);
  if ('refused' in posted) return posted.refused;
  const { document } = posted;
  if (isTruthy(request.query.get('check_hash')) && document.text !== null && textHash(document.text) === context.configuration().hash) {
    return { status: 304, body: null };
  }
  const result = await context.applyDeclarative(document, optionsOf(request));
  if (result.outcome !== 'applied') return refusal(result, isTruthy(request.query.get('flatten_errors')));
  if (prefersMinimal(request)) return { status: 201, body: receipt(result), headers: { 'Preference-Applied': 'return=minimal' } };
  const { configuration, loadedAt } = context.configuration();
  return { status: 201, body: byId(configuration, loadedAt) };
}

/**
 * `PATCH /config`, Gibbon's own: a difference to the configuration that serves, `{ base_hash, delta }` with `delta` by
 * entity type `{ upserted: entities, deleted: ids }`. 200 with the new hash when every worker serves it, 412 with the hash
 * that serves when that is not `base_hash`, 400 as `POST /config`, whose parameters `flatten_errors` and
 * `leave_out_invalid` it takes. The new hash is the MD5 of the request's text, unless something was left out.
 */
export async function patchConfig(context: AdminContext, request: AdminRequest): Promise<AdminResponse> {
  const posted = postedDelta(request);
  if ('refused' in posted) return posted.refused;
  const result = await context.applyDelta(posted.document, optionsOf(request));
  switch (result.outcome) {
    case 'applied':
      return { status: 200, body: receipt(result) };
    case 'stale':
      return { status: 412, body: { message: 'another configuration serves than base_hash says', configuration_hash: result.hash } };
    default:
      return refusal(result, isTruthy(request.query.get('flatten_errors')));
  }
}

function optionsOf({ query }: AdminRequest): ApplyOptions {
  return { leaveOut: isTruthy(query.get('leave_out_invalid')) };
}

function prefersMinimal({ headers }: AdminRequest): boolean {
  return [headers['prefer'] ?? ''].flat().some((value) => /(?:^|,)\s*return\s*=\s*"?minimal"?\s*(?:[;,]|$)/i.test(value));
}

/** What a client must know of a configuration that serves: its hash, and what is not in it. */
function receipt({ hash, leftOut }: Extract<ApplyResult, { readonly outcome: 'applied' }>): Readonly<Record<string, unknown>> {
  return {
    configuration_hash: hash,
    ...(leftOut.length > 0 && { flattened_errors: errorDocument(leftOut, { flatten: true }).flattened_errors }),
  };
}

function refusal(result: Exclude<ApplyResult, { readonly outcome: 'applied' }>, flatten: boolean): AdminResponse {
  switch (result.outcome) {
    case 'invalid':
      return { status: 400, body: errorDocument(result.errors, { flatten }) };
    case 'busy':
      return { ...message(429, 'Currently loading previous configuration'), headers: { 'Retry-After': String(result.retryAfterSeconds) } };
    case 'exiting':
      return message(503, 'Kong currently exiting');
    case 'timeout':
      return message(504, 'Timed out while loading configuration');
  }
}

/** Entities by type, then by id; types without any are left out. */
function byId(configuration: Configuration, loadedAt: number): Readonly<Record<string, unknown>> {
  const present = ENTITY_TYPES.filter((type) => configuration[type].length > 0);
  return Object.fromEntries(
    present.map((type) => [
      type,
      Object.fromEntries((configuration[type] as readonly Entity[]).map((entity) => [entity.id, stamped(entity, loadedAt)])),
    ]),
  );
}

/** Clients read times as numbers; the model keeps none that nobody gave, so that loading a document twice is no change. */
function stamped(entity: Entity, loadedAt: number): Entity {
  return { ...entity, created_at: entity.created_at ?? loadedAt, updated_at: entity.updated_at ?? loadedAt };
}
