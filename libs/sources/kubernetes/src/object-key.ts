import type { ObjectRef } from '@gibbon/contracts/resource';

/** Names an object among all. */
export function objectKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
