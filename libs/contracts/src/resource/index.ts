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

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  /** Simple JSON path, e.g. `.spec.backend`. */
  readonly jsonPath: string;
  readonly description: string;
  /** 0, the default, is always shown; 1 with `-o wide`. */
  readonly priority?: number;
}

/**
 * How a cluster learns of a kind that is ours to define: what its CustomResourceDefinition says beside the names in
 * {@link ResourceKind}. Read when deployment files are generated, never while anything runs.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export interface CustomResource {
  readonly shortNames: readonly string[];
  /** Groups of kinds for `kubectl get`, e.g. `kong`. */
  readonly categories: readonly string[];
  /** Labels of the CustomResourceDefinition itself. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly columns: readonly PrinterColumn[];
  /**
   * JSON Schema of the object without `apiVersion`, `kind` and `metadata`; `status` included. Each property has a
   * description. Rules across fields are CEL expressions under `x-kubernetes-validations`.
   */
  readonly schema: Readonly<Record<string, unknown>>;
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
  /** Whether the status of such objects is ours to write, which takes a permission of its own. Default: not. */
  readonly writesStatus?: boolean;
  /** For kinds that Gibbon defines; absent for kinds of Kubernetes itself or of another project. */
  readonly definition?: CustomResource;
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
  /** What an API server can leave out by itself. Must let pass everything that {@link ResourceKind.admit} does. */
  readonly select?: ServerSelection;
  /**
   * Whether an object matters although no other names it, told from its metadata. Where this is given, a source that
   * reads a cluster loads only such objects and those that `references` of others name; of the rest it knows the names.
   */
  standsAlone?(object: KubeObject): boolean;
}

/**
 * Selectors of list and watch requests.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export interface ServerSelection {
  /** Label selector, e.g. `kubernetes.io/service-name`. */
  readonly labels?: string;
  /** Field selector, e.g. `type!=helm.sh/release.v1`. */
  readonly fields?: string;
}

/** Kinds that a resource module adds. */
export interface ResourceSet {
  readonly kinds: readonly ResourceKind[];
}

/** All resource kinds of this build, by `kind`. */
export const RESOURCE_KINDS: Token<ReadonlyMap<string, ResourceKind>> =
  createToken<ReadonlyMap<string, ResourceKind>>('gibbon/resource-kinds@1');
