import type { KubeObject } from '@gibbon/contracts/resource';

/** Where an object stands in the order of age. */
export interface Age {
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly namespace: string;
  readonly name: string;
}

/** Timestamps that were parsed: sorting asks for the same ones again and again, and parsing one costs several comparisons. */
const PARSED = new Map<string, number>();
const MAX_PARSED = 20_000;

/** Milliseconds since the epoch of a `creationTimestamp`; 0 where it is absent or not a date. */
export function createdMs(creationTimestamp: string | undefined): number {
  if (creationTimestamp === undefined) return 0;
  const known = PARSED.get(creationTimestamp);
  if (known !== undefined) return known;
  const parsed = Date.parse(creationTimestamp);
  const created = Number.isNaN(parsed) ? 0 : parsed;
  if (PARSED.size >= MAX_PARSED) PARSED.clear();
  PARSED.set(creationTimestamp, created);
  return created;
}

/** Order of strings by code unit: the same on every machine, unlike `localeCompare`. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Oldest first; equally old by namespace, then name: the order in which Kubernetes controllers settle conflicts. */
export function compareAges(a: Age, b: Age): number {
  return a.created - b.created || compareStrings(a.namespace, b.namespace) || compareStrings(a.name, b.name);
}

/** {@link compareAges} of two objects. */
export function compareObjects(a: KubeObject, b: KubeObject): number {
  const byCreation =
    a.metadata.creationTimestamp === b.metadata.creationTimestamp
      ? 0
      : createdMs(a.metadata.creationTimestamp) - createdMs(b.metadata.creationTimestamp);
  return (
    byCreation || compareStrings(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareStrings(a.metadata.name, b.metadata.name)
  );
}
