import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import type { KubernetesOptions } from '../kubernetes-source.ts';

/** The module's defaults. */
export const DEFAULTS: KubernetesOptions = {
  kubeconfig: '',
  context: '',
  namespaces: [],
  selectors: [],
  pageSize: 2,
  discoveryPollMs: 60_000,
};

/** A kind for tests, as the server serves it. */
export const THING = { group: 'test.dev', versions: ['v1'], kind: 'Thing', plural: 'things', namespaced: true, status: true } as const;

/** A kind that comes later. */
export const GADGET = { group: 'test.dev', versions: ['v1'], kind: 'Gadget', plural: 'gadgets', namespaced: false, status: false } as const;

/** An object for tests. */
export interface Thing extends KubeObject {
  readonly spec: { readonly size: number; readonly secret?: string };
}

const KIND_LIST: readonly ResourceKind[] = [
  {
    ...THING,
    validate: (object) => ((object as Thing).spec.size < 0 ? [{ path: 'spec.size', message: 'expected a positive number' }] : []),
    normalise: (object) => {
      const { status: _status, ...rest } = object as Thing & { status?: unknown };
      return rest;
    },
    references: (object) => {
      const { secret } = (object as Thing).spec;
      return secret === undefined ? [] : [{ kind: 'Secret', namespace: object.metadata.namespace ?? '', name: secret }];
    },
  },
  GADGET,
  {
    group: '',
    versions: ['v1'],
    kind: 'Secret',
    plural: 'secrets',
    namespaced: true,
    standsAlone: (object) => object.metadata.labels?.['loud'] === 'true',
  },
];

/** What the source reads. */
export const KINDS: ReadonlyMap<string, ResourceKind> = new Map(KIND_LIST.map((kind) => [kind.kind, kind]));

export function thing(name: string, size = 1, secret?: string): Thing {
  return {
    apiVersion: 'test.dev/v1',
    kind: 'Thing',
    metadata: { namespace: 'default', name },
    spec: { size, ...(secret === undefined ? {} : { secret }) },
  };
}
