import type { Entity, EntityType } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import type { ChangeHistory } from './change-history.ts';

/** An entity and its type. */
export interface TypedEntity {
  readonly type: EntityType;
  readonly entity: Entity;
}

/** What a target has confirmed. */
export interface Confirmed {
  readonly revision: number;
  /** As the target calls what it serves. */
  readonly hash: string;
  readonly rejected: readonly Rejection[];
  /** What it refuses, to be sent again with the next difference; `null` when that is not known. */
  readonly refused: readonly TypedEntity[] | null;
}

/** How a push went, for metrics. */
export type PushMode = 'delta' | 'full' | 'none';

/** Where a target stands after a push, and what that took. */
export interface Push {
  readonly confirmed: Confirmed;
  readonly mode: PushMode;
}

/** Brings one target to the latest configuration. */
export interface TargetProtocol {
  /**
   * @param confirmed what the target serves; `null` when that is not known.
   * @throws TargetError when it could not be reached or does not take it.
   */
  bring(history: ChangeHistory, confirmed: Confirmed | null): Promise<Push>;
}
