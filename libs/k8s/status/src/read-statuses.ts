import type { ObjectRef } from '@gibbon/contracts/resource';
import type { ApiResource, KubeClient } from '@gibbon/k8s-client';
import { seenOf, type SeenObject, type WithStatus } from './status-write.ts';

const PAGE = 500;
/** A list that has so many times what is looked for is mostly somebody else's: reading one by one is less. */
const MAX_EXCESS = 10;

/**
 * Objects of a resource as they are now, by `namespace/name`: all that are wanted, where a list of the resource is not many
 * times longer. One request for hundreds. Rejects with an ApiError.
 */
export async function readStatuses(
  client: KubeClient,
  resource: ApiResource,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeenObject>> {
  const found = new Map<string, SeenObject>();
  let next = '';
  let read = 0;
  do {
    const page = await client.list(resource, { limit: PAGE, ...(next === '' ? {} : { continue: next }) }, signal);
    for (const item of page.items) {
      const name = nameOf({ namespace: item.metadata.namespace ?? '', name: item.metadata.name });
      if (wanted.has(name)) found.set(name, seenOf(item as WithStatus));
    }
    read += page.items.length;
    next = page.next;
  } while (next !== '' && found.size < wanted.size && read < wanted.size * MAX_EXCESS);
  return found;
}

/** How {@link readStatuses} names an object. */
export function nameOf({ namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
