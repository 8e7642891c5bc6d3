/** An object of Kubernetes, as far as tests look at any. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly spec?: any;
  readonly status?: any;
  readonly [field: string]: any;
}

/** What names an object. */
export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Kinds that are in no namespace, as far as these tests use them. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'Namespace',
  'GatewayClass',
  'IngressClass',
  'KongClusterPlugin',
  'CustomResourceDefinition',
]);

/** The path of a kind's objects, in a namespace or everywhere. */
export function collectionPath({ apiVersion, kind }: Pick<ObjectKey, 'apiVersion' | 'kind'>, namespace?: string): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespace === undefined || CLUSTER_KINDS.has(kind) ? '' : `/namespaces/${namespace}`;
  return `${base}${within}/${pluralOf(kind)}`;
}

/** The path of one object. */
export function objectPath(key: ObjectKey): string {
  return `${collectionPath(key, key.namespace ?? 'default')}/${key.name}`;
}

/** The key of an object. */
export function keyOf({ apiVersion, kind, metadata }: KubeObject): ObjectKey {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith('s')) return `${name}es`;
  return name.endsWith('y') && !name.endsWith('gateway') ? `${name.slice(0, -1)}ies` : `${name}s`;
}
