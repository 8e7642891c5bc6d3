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
    const known = this.#options.known(ref);
    if (known !== null) return subjectOf(ref, known.apiVersion, known.metadata.uid);
    const kind = this.#options.kinds.get(ref.kind);
    for (const version of kind?.versions ?? []) {
      const resource = { group: kind?.group ?? '', version, plural: kind?.plural ?? '' };
      const object = await this.#get(resource, ref);
      if (object !== null) return subjectOf(ref, apiVersionOf(resource), object.metadata.uid);
    }
    return null;
  }

  async #get(resource: Parameters<KubeClient['get']>[0], ref: ObjectRef): Promise<KubeObject | null> {
    try {
      return await this.#options.client.get<KubeObject>(resource, ref, { metadataOnly: true });
    } catch (error) {
      const failure = asApiError(`read ${ref.kind}`, error);
      // Not there, or the server does not have this version.
      if (failure.code === 'GW_K8S_NOT_FOUND') return null;
      throw failure;
    }
  }
}

/** Objects that no API server has made have no uid, and no Events. */
function subjectOf({ kind, namespace, name }: ObjectRef, apiVersion: string, uid: string | undefined): Subject | null {
  if (uid === undefined || uid === '') return null;
  return { apiVersion, kind, ...(namespace === '' ? {} : { namespace }), name, uid };
}
