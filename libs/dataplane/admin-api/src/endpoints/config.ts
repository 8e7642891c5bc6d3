import type { Configuration, Entity } from '@gibbon/contracts/entities';
import { emitDeclarative, ENTITY_TYPES, errorDocument, textHash } from '@gibbon/model';
import type { AdminContext, ApplyResult } from '../context.ts';
import { isTruthy, message, type AdminRequest, type AdminResponse } from '../http/message.ts';
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
 * refused. `check_hash=1`: 304 for the text that serves already. `flatten_errors=1`: errors by entity.
 */
export async function writeConfig(context: AdminContext, request: AdminRequest): Promise<AdminResponse> {
  const posted = await postedDocument(request);
  if ('refused' in posted) return posted.refused;
  const { document } = posted;
  if (isTruthy(request.query.get('check_hash')) && document.text !== null && textHash(document.text) === context.configuration().hash) {
    return { status: 304, body: null };
  }
  const result = await context.applyDeclarative(document);
  return answerTo(result, { flatten: isTruthy(request.query.get('flatten_errors')), loadedAt: context.configuration().loadedAt });
}

function answerTo(result: ApplyResult, how: { readonly flatten: boolean; readonly loadedAt: number }): AdminResponse {
  switch (result.outcome) {
    case 'applied':
      return { status: 201, body: byId(result.configuration, how.loadedAt) };
    case 'invalid':
      return { status: 400, body: errorDocument(result.errors, { flatten: how.flatten }) };
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
    present.map((type) => [type, Object.fromEntries((configuration[type] as readonly Entity[]).map((entity) => [entity.id, stamped(entity, loadedAt)]))]),
  );
}

/** Clients read times as numbers; the model keeps none that nobody gave, so that loading a document twice is no change. */
function stamped(entity: Entity, loadedAt: number): Entity {
  return { ...entity, created_at: entity.created_at ?? loadedAt, updated_at: entity.updated_at ?? loadedAt };
}
