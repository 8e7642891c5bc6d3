import type { Entity, EntityType } from '@gibbon/contracts/entities';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { EntityDraft } from '@gibbon/contracts/translator';

/** An owner of drafts, named `<namespace>/<name>`. */
export function ref(name: string, kind = 'Ingress'): ObjectRef {
  const [namespace = '', last = ''] = name.split('/');
  return { kind, namespace, name: last };
}

/** A draft with the fields that the assembler looks at; `name` for consumers is the username. */
export function draft(type: EntityType, owner: string, fields: Partial<Record<string, unknown>> & { readonly id: string }): EntityDraft {
  const entity = { tags: null, created_at: null, updated_at: null, ...fields } as unknown as Entity;
  return { type, entity, owner: ref(owner) } as EntityDraft;
}
