import type { EntityType, EntityTypes } from '@gibbon/contracts/entities';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import {
  EMPTY_OUTPUT,
  SHARED_PLANE,
  type EntityDraft,
  type Failure,
  type PlaneName,
  type TranslationOutput,
} from '@gibbon/contracts/translator';
import { readAnnotation, type Annotation } from './annotation.ts';

/** Completes and checks an entity: `normaliseEntity` of the model with the target's options applied. */
export type Normalise = <T extends EntityType>(
  type: T,
  input: unknown,
) =>
  | { readonly ok: true; readonly entity: EntityTypes[T] }
  | { readonly ok: false; readonly problems: readonly { readonly path: string; readonly message: string }[] };

/** Whose entity it is, and where a problem of it stands in that object. */
export interface DraftSource {
  readonly owner: ObjectRef;
  /** Further objects concerned, for failures. */
  readonly others?: readonly ObjectRef[];
  /** Dotted path in the owner for a dotted path in the entity; default: none. */
  readonly locate?: (path: string) => string;
}

/** Reason of failures that keep an entity from existing. */
export const INVALID_CONFIGURATION = 'InvalidConfiguration';

/** What belongs to one plane; everything else is part of each plane in which something refers to it. */
const OF_ONE_PLANE: ReadonlySet<EntityType> = new Set(['routes', 'snis', 'listeners']);

/** Collects what one translation yields for one plane. */
export class Draft {
  readonly #normalise: Normalise;
  readonly #plane: PlaneName;
  readonly #entities: EntityDraft[] = [];
  readonly #failures: Failure[] = [];

  constructor(normalise: Normalise, plane: PlaneName = SHARED_PLANE) {
    this.#normalise = normalise;
    this.#plane = plane;
  }

  /** The value of an annotation, or `null`; a value that cannot be understood is noted as a failure. */
  annotation<T>(object: KubeObject, annotation: Annotation<T>): T | null {
    const { value, failure } = readAnnotation(object, annotation);
    if (failure !== null) this.#failures.push(failure);
    return value;
  }

  fail(...failures: readonly Failure[]): void {
    this.#failures.push(...failures);
  }

  /** Adds an entity if nothing is wrong with it; tells whether. */
  tryAdd(type: EntityType, input: unknown, source: DraftSource): boolean {
    const result = this.#normalise(type, input);
    if (result.ok) this.#push(type, result.entity, source);
    return result.ok;
  }

  /** Adds an entity, or notes everything that is wrong with it; returns it, or `null`. */
  add<T extends EntityType>(type: T, input: unknown, source: DraftSource): EntityTypes[T] | null {
    const result = this.#normalise(type, input);
    if (result.ok) {
      this.#push(type, result.entity, source);
      return result.entity;
    }
    for (const { path, message } of result.problems) {
      this.#failures.push({
        refs: [source.owner, ...(source.others ?? [])],
        field: source.locate?.(path) ?? '',
        reason: INVALID_CONFIGURATION,
        message: `Kong's ${type}${path === '' ? '' : ` field ${path}`}: ${message}`,
      });
    }
    return null;
  }

  #push(type: EntityType, entity: EntityTypes[EntityType], source: DraftSource): void {
    const isElsewhere = this.#plane !== SHARED_PLANE && OF_ONE_PLANE.has(type);
    this.#entities.push({ type, entity, owner: source.owner, ...(isElsewhere && { plane: this.#plane }) } as EntityDraft);
  }

  output(): TranslationOutput {
    if (this.#entities.length === 0 && this.#failures.length === 0) return EMPTY_OUTPUT;
    return { entities: this.#entities, failures: this.#failures };
  }
}
