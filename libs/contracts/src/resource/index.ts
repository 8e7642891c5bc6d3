import { createToken, type ConfigProblem, type Token } from '../module/index.ts';

/** Metadata of a Kubernetes object, as far as Gibbon reads it. */
export interface ObjectMeta {
  readonly name: string;
  /** Empty or absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any Kubernetes object. Raw JSON shape, never mutated. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Names an object in messages, events and dependencies. `namespace` is empty for cluster-scoped objects. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A Kubernetes kind that sources bring in. */
export interface ResourceKind {
  /** API group; empty for core. */
  readonly group: string;
  /** Versions understood, newest first; objects of any of them are brought to the shape of the first. */
  readonly versions: readonly string[];
  readonly kind: string;
  /** Lower-case plural, as in API paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether the object matters at all (ingress class, labels). Objects that do not never enter the store. Default: all do. */
  admit?(object: KubeObject): boolean;
  /** Structural problems, with dotted paths such as `spec.rules.1.host`. An object with problems is reported and left out. */
  validate?(object: KubeObject): readonly ConfigProblem[];
  /** Brings an admitted, valid object to the form that translators read, e.g. drops fields that nobody reads. Default: as it is. */
  normalise?(object: KubeObject): KubeObject;
  /**
   * Objects that this one names and cannot do without, whether they exist or not. Pure.
   * A source that must not hold every object of a kind (Secrets of a cluster) loads those that others name, and a
   * broken object's dependants are found by it.
   */
  references?(object: KubeObject): readonly ObjectRef[];
}

/** Kinds that a resource module adds. */
export interface ResourceSet {
  readonly kinds: readonly ResourceKind[];
}

/** All resource kinds of this build, by `kind`. */
export const RESOURCE_KINDS: Token<ReadonlyMap<string, ResourceKind>> = createToken<ReadonlyMap<string, ResourceKind>>('gibbon/resource-kinds@1');
