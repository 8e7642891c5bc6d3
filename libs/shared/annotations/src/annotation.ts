import type { KubeObject } from '@gibbon/contracts/resource';
import type { Failure } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';

/** Prefix of Kong's annotations and labels. */
export const KONG_PREFIX = 'konghq.com';

/** An annotation: its full key and how its text becomes a value. */
export interface Annotation<T> {
  readonly key: string;
  /** What a right value looks like; completes "expected …". */
  readonly expected: string;
  /** The value, or `null` when the text is not one. Pure. */
  readonly parse: (text: string) => T | null;
}

/** What an object says: its value, nothing, or something that cannot be understood (then `value` is `null`). */
export interface Reading<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
}

const ABSENT: Reading<never> = Object.freeze({ value: null, failure: null });

/** Text of an annotation, or `null`. */
export function annotationText(object: KubeObject, key: string): string | null {
  return object.metadata.annotations?.[key] ?? null;
}

/**
 * Reads one annotation of an object. Empty text counts as absent, as the reference controller has it.
 * @example readAnnotation(ingress, STRIP_PATH).value ?? false
 */
export function readAnnotation<T>(object: KubeObject, annotation: Annotation<T>): Reading<T> {
  const text = annotationText(object, annotation.key);
  if (text === null || text === '') return ABSENT;
  const value = annotation.parse(text);
  return value === null
    ? { value, failure: annotationFailure(object, annotation.key, text, annotation.expected) }
    : { value, failure: null };
}

/** The failure of an annotation whose text is not what it should be. */
export function annotationFailure(object: KubeObject, key: string, text: string, expected: string): Failure {
  return {
    refs: [refOf(object)],
    field: annotationField(key),
    reason: 'InvalidAnnotation',
    message: `${key} annotation has invalid value: ${text}; expected ${expected}`,
  };
}

/** Dotted path of an annotation, for {@link Failure.field}. */
export function annotationField(key: string): string {
  return `metadata.annotations.${key}`;
}
