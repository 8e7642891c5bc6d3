import type { Configuration, Entity } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import { documentOf, EMPTY_HASH, ENTITY_TYPES } from '@gibbon/model';
import { TargetError, type AdminClient } from './admin-client.ts';
import type { ChangeHistory } from './change-history.ts';
import { readFlattenedErrors } from './flattened-errors.ts';
import type { Confirmed, Push, TargetProtocol } from './protocol.ts';
import type { TextCache } from './text-cache.ts';
import { withoutRejected } from './without-rejected.ts';

const POST = '/config?check_hash=1&flatten_errors=1';
/** Each round leaves out what the one before was refused for; Kong names all it finds at once, so that two nearly always do. */
const MAX_ROUNDS = 6;

/**
 * Brings a Kong to the latest configuration, whole each time. Kong refuses a document for one faulty entity: these are left
 * out with what depends on them, and the rest is sent again.
 * @see https://developer.konghq.com/api/gateway/admin-oss/ (POST /config)
 */
export class KongProtocol implements TargetProtocol {
  readonly #client: AdminClient;
  readonly #texts: TextCache;
  /** Entities that were refused, as long as they are the same: they need not be tried again with each change. */
  readonly #faulty = new Map<Entity, readonly Rejection[]>();
  #sent: string | null = null;

  constructor(client: AdminClient, texts: TextCache) {
    this.#client = client;
    this.#texts = texts;
  }

  async bring(history: ChangeHistory, confirmed: Confirmed | null): Promise<Push> {
    const { revision } = history;
    const whole = history.full();
    const present = new Set<Entity>(ENTITY_TYPES.flatMap((type): readonly Entity[] => whole[type]));
    for (const entity of this.#faulty.keys()) if (!present.has(entity)) this.#faulty.delete(entity);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const rejected = [...this.#faulty.values()].flat();
      const rest = this.#faulty.size === 0 ? { configuration: whole, dependants: [] } : withoutRejected(whole, rejected);
      if (rest === null)
        throw new TargetError(
          `${this.#client.target.url}: a plugin for everything is refused: ${rejected.map(({ message }) => message).join('; ')}`,
        );
      const { configuration, dependants } = rest;
      const text = this.#texts.get(whole, configuration, 'kong', () => documentText(configuration));
      if (confirmed !== null && text === this.#sent) return { confirmed: { ...confirmed, revision }, mode: 'none' };
      if (await this.#post(text, whole)) {
        this.#sent = text;
        return { confirmed: { revision, hash: await this.#hash(), rejected: [...rejected, ...dependants], refused: [] }, mode: 'full' };
      }
    }
    throw new TargetError(
      `${this.#client.target.url}: it still refuses the configuration after ${MAX_ROUNDS} rounds of leaving out what it complained about`,
    );
  }

  /** @returns whether it serves; otherwise what is faulty has been added. */
  async #post(text: string, whole: Configuration): Promise<boolean> {
    const answer = await this.#client.send('POST', POST, text);
    if (answer.status === 201 || answer.status === 200 || answer.status === 304) return true;
    if (answer.status !== 400) throw this.#client.refused(answer, 'POST /config');
    const { rejections } = readFlattenedErrors(answer.body['flattened_errors'], whole);
    const before = this.#faulty.size;
    for (const rejection of rejections) {
      const entity = (whole[rejection.type] as readonly Entity[]).find(({ id }) => id === rejection.id);
      if (entity !== undefined) this.#faulty.set(entity, [...(this.#faulty.get(entity) ?? []), rejection]);
    }
    // Nothing new is named: sending the same again would not help.
    if (this.#faulty.size === before) throw this.#client.refused(answer, 'POST /config');
    return false;
  }

  /** Kong's own: for a document sent as JSON nobody else can tell it. */
  async #hash(): Promise<string> {
    const hash = await this.#client.hash();
    if (hash === EMPTY_HASH) throw new TargetError(`${this.#client.target.url}: it took the configuration and has none`);
    return hash;
  }
}

/** Kong's `/status/ready` wants one entity at least; the reference controller sends the same. */
const EMPTY_DOCUMENT = { _format_version: '3.0', upstreams: [{ name: 'kong' }] };

function documentText(configuration: Configuration): string {
  const empty = ENTITY_TYPES.every((type) => configuration[type].length === 0);
  return JSON.stringify(empty ? EMPTY_DOCUMENT : documentOf(configuration, { target: 'kong' }));
}
