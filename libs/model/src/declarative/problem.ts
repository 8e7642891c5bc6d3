import type { EntityType } from '@gibbon/contracts/entities';

/** Something wrong in a declarative document. */
export interface DeclarativeProblem {
  /** Where in the document, from the root: `services.1.routes.2.paths.1`; empty for the document as a whole. 1-based. */
  readonly location: string;
  /** Dotted path in the entity, or in the document where no entity is concerned; empty for the whole. */
  readonly path: string;
  /** What is wrong and what would be right; Kong's words where Kong has some. */
  readonly message: string;
  /** `record`: a rule on several fields of what is at `path`; absent or `field`: the value at `path`. */
  readonly scope?: 'field' | 'record';
  /** The entity concerned, or `null`. */
  readonly entity: ProblemEntity | null;
}

/** The entity that a problem is in, as the document has it. */
export interface ProblemEntity {
  readonly type: EntityType;
  /** Its field `name`. */
  readonly name: string | null;
  readonly id: string | null;
  readonly tags: readonly string[] | null;
  /** The input without nested children; references as `{ id }`. */
  readonly input: Readonly<Record<string, unknown>>;
}
