import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';

/** A namespaced object with a size, which has to be a number. */
export interface Thing extends KubeObject {
  readonly spec?: { readonly size?: unknown; readonly parts?: readonly { readonly size?: unknown }[] };
}

const THING: ResourceKind = {
  group: 'test.dev',
  versions: ['v1', 'v1beta1'],
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
  admit: (object) => object.metadata.labels?.['class'] !== 'other',
  validate: (object) => {
    const { size, parts = [] } = (object as Thing).spec ?? {};
    return [
      ...(size === undefined || typeof size === 'number' ? [] : [{ path: 'spec.size', message: 'expected a number' }]),
      ...parts.flatMap((part, index) => (part.size === undefined ? [{ path: `spec.parts.${index + 1}.size`, message: 'required' }] : [])),
    ];
  },
};
const WORLD: ResourceKind = { group: '', versions: ['v1'], kind: 'World', plural: 'worlds', namespaced: false };

export const KINDS: ReadonlyMap<string, ResourceKind> = new Map([THING, WORLD].map((kind) => [kind.kind, kind]));

/** A Thing as YAML. */
export function thing(name: string, size: number | string = 1): string {
  return `apiVersion: test.dev/v1\nkind: Thing\nmetadata:\n  name: ${name}\nspec:\n  size: ${size}\n`;
}
