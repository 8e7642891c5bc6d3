import type { Configuration, Entity } from '@gibbon/contracts/entities';
import type { EntityDraft } from '@gibbon/contracts/translator';
import { emptyConfiguration } from '@gibbon/model';

/**
 * The configuration that drafts make up, ordered by id within a type. Drafts of one id must be equal: settling conflicts
 * is the engine's business.
 * @throws Error naming a type and id with two different drafts.
 */
export function configurationOf(drafts: readonly EntityDraft[]): Configuration {
  const configuration = structuredClone(emptyConfiguration()) as unknown as Record<string, Entity[]>;
  const seen = new Map<string, string>();
  for (const { type, entity } of drafts) {
    const key = `${type} ${entity.id}`;
    const text = JSON.stringify(entity);
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, text);
      configuration[type]?.push(entity);
    } else if (other !== text) throw new Error(`two different drafts of ${key}:\n${other}\n${text}`);
  }
  for (const entities of Object.values(configuration)) entities.sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  return configuration as unknown as Configuration;
}
