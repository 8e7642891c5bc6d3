import type { Entity, EntityType } from '@gibbon/contracts/entities';
import type { PlaneName } from '@gibbon/contracts/translator';
import type { EntityKey } from '../assembly/variant.ts';

/** An entity of all that there are, and where it belongs. */
export interface PlacedEntity {
  readonly key: EntityKey;
  readonly type: EntityType;
  /** Its plane where the type has one; the shared one otherwise, which then says nothing. */
  readonly plane: PlaneName;
  /** `null`: there is none with this key any more. */
  readonly entity: Entity | null;
}
