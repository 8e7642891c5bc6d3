import type { KubeObject } from '@gibbon/contracts/resource';
import type { Clock } from '@gibbon/contracts/services';
import type { StatusDraft } from '@gibbon/contracts/status';
import { asApiError, type ApiResource, type KubeClient } from '@gibbon/k8s-client';
import { mergeStatus } from './merge-status.ts';
import type { StatusOutcome } from './status-metrics.ts';

/** An object with its status. */
export type WithStatus = KubeObject & { readonly status?: Readonly<Record<string, unknown>> };

/** An object as it was last seen. */
export interface SeenObject {
  readonly uid: string;
  readonly generation: number | null;
  readonly resourceVersion: string;
  readonly status: Readonly<Record<string, unknown>>;
}

/** How an attempt ended, and the object as it is now, where that is known. */
export interface WriteResult {
  readonly outcome: StatusOutcome;
  readonly seen: SeenObject | null;
}

/** Conflicts in a row after which an attempt is put off: somebody writes as fast as we do. */
const MAX_CONFLICTS = 5;

/**
 * Brings one status up to date: reads the object where it is not known as it is, merges, and writes what differs on the
 * condition that nobody else has written meanwhile. Rejects with an ApiError for what may be tried again later.
 * @param seen the object as it was after our last write, or `null`.
 */
export async function writeStatus(
  draft: StatusDraft,
  seen: SeenObject | null,
  services: { readonly client: KubeClient; readonly clock: Clock; readonly onConflict: () => void },
): Promise<WriteResult> {
  const { client, clock } = services;
  const resource: ApiResource = draft;
  let known = seen !== null && seen.uid === draft.uid && seen.generation === draft.generation ? seen : null;
  for (let conflicts = 0; ; conflicts++) {
    try {
      known ??= seenOf(await client.get<WithStatus>(resource, draft.ref));
      if (known.uid !== draft.uid) return { outcome: 'gone', seen: null };
      // The newer generation is on its way to us, and a newer draft with it.
      if (draft.generation !== null && (known.generation ?? 0) > draft.generation) return { outcome: 'stale', seen: known };
      const status = mergeStatus(known.status, draft.status, draft.owned, rfc3339(clock.now()));
      if (status === null) return { outcome: 'unchanged', seen: known };
      const metadata = { resourceVersion: known.resourceVersion, uid: known.uid };
      const body = { apiVersion: apiVersion(draft), kind: draft.ref.kind, metadata, status };
      return {
        outcome: 'written',
        seen: seenOf(await client.patch<WithStatus>(resource, draft.ref, { type: 'merge', subresource: 'status', body })),
      };
    } catch (error) {
      const failure = asApiError('status', error);
      if (failure.code === 'GW_K8S_NOT_FOUND') return { outcome: 'gone', seen: null };
      if (failure.code !== 'GW_K8S_CONFLICT' || conflicts >= MAX_CONFLICTS) throw failure;
      services.onConflict();
      known = null;
    }
  }
}

/** An object as an answer shows it. */
export function seenOf({ metadata, status = {} }: WithStatus): SeenObject {
  return { uid: metadata.uid ?? '', generation: metadata.generation ?? null, resourceVersion: metadata.resourceVersion ?? '', status };
}

function apiVersion({ group, version }: StatusDraft): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Times of conditions have no fractions. */
function rfc3339(wallMs: number): string {
  return new Date(Math.floor(wallMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
