import type { DeclarativeProblem } from './problem.ts';

/** One error of a flattened entry. */
export interface FlattenedError {
  readonly type: 'field' | 'entity';
  readonly field?: string;
  readonly message: string;
}

/** All errors of one entity. */
export interface FlattenedEntity {
  readonly entity_type: string;
  readonly entity_name?: string;
  readonly entity_id?: string;
  readonly entity_tags?: readonly string[];
  readonly entity: unknown;
  readonly errors: readonly FlattenedError[];
}

/** Body of a 400 for a declarative configuration. */
export interface ErrorDocument {
  readonly code: 14;
  readonly name: 'invalid declarative configuration';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly flattened_errors?: readonly FlattenedEntity[];
}

/** Kong's error document for problems that `parseDeclarative` returned. */
export function errorDocument(errors: readonly DeclarativeProblem[], options?: { readonly flatten?: boolean }): ErrorDocument {
  throw new Error(`not written yet: ${[errors, options].length}`);
}
