import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import { apiVersionOf, asApiError, type KubeClient } from '@gibbon/k8s-client';

/** An object as Events refer to it. */
export interface Subject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster scope. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** What a {@link SubjectFinder} works with. */
export interface SubjectFinderOptions {
  readonly client: KubeClient;
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  /** The object as a source has read it, or `null`: it is asked for then, as one that is refused is not kept. */
  known(ref: ObjectRef): KubeObject | null;
}

/** Finds the objects that notices are about. */
export class SubjectFinder {
  readonly #options: SubjectFinderOptions;

  constructor(options: SubjectFinderOptions) {
    this.#options = options;
  }

  /** `null` where the cluster has no such object. Rejects with an ApiError. */
  async find(ref: ObjectRef): Promise<Subject | null> {
    const object = this.#options.known(ref) ?? (await readObject(this.#options, ref, { metadataOnly: true }));
    return object === null ? null : subjectOf(ref, object);
  }
}

/**
 * An object as the cluster has it now, in whichever of the versions of its kind is served; `null` where there is none, or no
 * such kind. With `metadataOnly` it has its metadata alone. Rejects with an ApiError.
 */
export async function readObject(
  { client, kinds }: Pick<SubjectFinderOptions, 'client' | 'kinds'>,
  ref: ObjectRef,
  options: { readonly metadataOnly?: boolean } = {},
): Promise<KubeObject | null> {
  const { kind = '', group = '', plural = '', versions = [] } = kinds.get(ref.kind) ?? {};
  for (const version of versions) {
    const resource = { group, version, plural };
    try {
      const object = await client.get<KubeObject>(resource, ref, options);
      // What has metadata alone is of a kind of its own.
      return { ...object, apiVersion: apiVersionOf(resource), kind };
    } catch (error) {
      const failure = asApiError(`read ${ref.kind}`, error);
      // Not there, or the server does not have this version.
      if (failure.code !== 'GW_K8S_NOT_FOUND') throw failure;
    }
  }
  return null;
}

/** Objects that no API server has made have no uid, and no Events. */
function subjectOf({ kind, namespace, name }: ObjectRef, { apiVersion, metadata: { uid } }: KubeObject): Subject | null {
  if (uid === undefined || uid === '') return null;
  return { apiVersion, kind, ...(namespace === '' ? {} : { namespace }), name, uid };
}
