import type { ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import { documentOf, ENTITY_TYPES, isEmptyDelta, mergeDeltas, textHash, writeFields } from '@gibbon/model';
import type { AdminAnswer, AdminClient } from './admin-client.ts';
import type { ChangeHistory } from './change-history.ts';
import { readFlattenedErrors } from './flattened-errors.ts';
import type { Confirmed, Push, TargetProtocol, TypedEntity } from './protocol.ts';
import type { TextCache } from './text-cache.ts';

const PATCH = '/config?leave_out_invalid=1&flatten_errors=1';
const POST = '/config?check_hash=1&leave_out_invalid=1&flatten_errors=1';
const MINIMAL = ['prefer', 'return=minimal'];

/**
 * Brings a Gibbon to the latest configuration: by the difference to what it has confirmed, or whole when it has something
 * else; not at all when it has the same. What it refuses goes along with each difference, because the change may be what it was missing.
 */
export class GibbonProtocol implements TargetProtocol {
  readonly #client: AdminClient;
  readonly #texts: TextCache;

  constructor(client: AdminClient, texts: TextCache) {
    this.#client = client;
    this.#texts = texts;
  }

  async bring(history: ChangeHistory, confirmed: Confirmed | null): Promise<Push> {
    const delta = confirmed === null || confirmed.refused === null ? null : history.since(confirmed.revision);
    if (confirmed !== null && delta !== null) {
      if (isEmptyDelta(delta)) return { confirmed: { ...confirmed, revision: history.revision }, mode: 'none' };
      const patched = await this.#patch(history, confirmed, delta);
      if (patched !== null) return patched;
    }
    return this.#post(history);
  }

  /** @returns `null` when the target has something else than it confirmed. */
  async #patch(history: ChangeHistory, { hash, refused }: Confirmed, difference: ConfigurationDelta): Promise<Push | null> {
    const { revision } = history;
    const delta = refused === null || refused.length === 0 ? difference : mergeDeltas(deltaOf(refused), difference);
    const answer = await this.#client.send(
      'PATCH',
      PATCH,
      this.#texts.get(difference, delta, hash, () => patchText(hash, delta)),
    );
    if (answer.status === 200) return { confirmed: confirmedBy(answer, revision, entitiesOf(delta), () => history.full()), mode: 'delta' };
    // An older Gibbon has no PATCH; 412 says that something else serves.
    if (answer.status === 412 || answer.status === 405) return null;
    throw this.#client.refused(answer, 'PATCH /config');
  }

  async #post(history: ChangeHistory): Promise<Push> {
    const { revision } = history;
    const serving = await this.#client.serving();
    // Given by another replica, or by an earlier run of this one.
    if (serving.content !== null && serving.content === history.content())
      return { confirmed: { revision, hash: serving.hash, rejected: [], refused: [] }, mode: 'none' };
    const whole = history.full();
    const text = this.#texts.get(whole, whole, 'gibbon', () => JSON.stringify(documentOf(whole, { target: 'gibbon', nested: false })));
    const hash = textHash(text);
    if (serving.hash === hash) return { confirmed: { revision, hash, rejected: [], refused: [] }, mode: 'none' };
    const answer = await this.#client.send('POST', POST, text, MINIMAL);
    if (answer.status === 304) return { confirmed: { revision, hash, rejected: [], refused: [] }, mode: 'none' };
    if (answer.status !== 201) throw this.#client.refused(answer, 'POST /config');
    const all = ENTITY_TYPES.flatMap((type) => (whole[type] as readonly Entity[]).map((entity) => ({ type, entity })));
    return { confirmed: confirmedBy(answer, revision, all, () => whole), mode: 'full' };
  }
}

function confirmedBy(
  { body }: AdminAnswer,
  revision: number,
  sent: readonly TypedEntity[],
  whole: () => Parameters<typeof readFlattenedErrors>[1],
): Confirmed {
  const hash = String(body['configuration_hash'] ?? '');
  if (body['flattened_errors'] === undefined) return { revision, hash, rejected: [], refused: [] };
  const { rejections, complete } = readFlattenedErrors(body['flattened_errors'], whole());
  return { revision, hash, rejected: rejections, refused: complete ? refusedOf(rejections, sent) : null };
}

/** The entities that were refused; `null` when one of them was not sent. */
function refusedOf(rejections: readonly Rejection[], sent: readonly TypedEntity[]): readonly TypedEntity[] | null {
  const byKey = new Map(sent.map((one) => [`${one.type}/${one.entity.id}`, one]));
  const found = new Map(rejections.map(({ type, id }) => [`${type}/${id}`, byKey.get(`${type}/${id}`)]));
  const refused = [...found.values()].filter((one) => one !== undefined);
  return refused.length === found.size ? refused : null;
}

function entitiesOf(delta: ConfigurationDelta): readonly TypedEntity[] {
  return ENTITY_TYPES.flatMap((type) => ((delta[type]?.upserted ?? []) as readonly Entity[]).map((entity) => ({ type, entity })));
}

function deltaOf(entities: readonly TypedEntity[]): ConfigurationDelta {
  const delta: Partial<Record<EntityType, { upserted: Entity[]; deleted: string[] }>> = {};
  for (const { type, entity } of entities) (delta[type] ??= { upserted: [], deleted: [] }).upserted.push(entity);
  return delta as ConfigurationDelta;
}

function patchText(hash: string, delta: ConfigurationDelta): string {
  const written = Object.entries(delta).map(([type, { upserted, deleted }]) => [
    type,
    { upserted: (upserted as readonly Entity[]).map((entity) => writeFields(type as EntityType, entity, { target: 'gibbon' })), deleted },
  ]);
  return JSON.stringify({ base_hash: hash, delta: Object.fromEntries(written) as object });
}
