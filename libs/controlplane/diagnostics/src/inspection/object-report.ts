import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { Inspection, Problem, PublisherReport } from '@gibbon/controlplane-runtime';

/** What an {@link objectReport} is made of. */
export interface ObjectReportOptions {
  readonly inspection: Inspection;
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  /** The object as the cluster has it, `null` where it has none; absent where there is no cluster to ask. */
  readonly lookUp?: ((ref: ObjectRef) => Promise<KubeObject | null>) | undefined;
}

/** Why an object is or is not live. */
export interface ObjectReport {
  readonly object: ObjectRef;
  /** In one sentence. */
  readonly verdict: string;
  /** The object as it was translated; `null` where it was not read, or not taken. */
  readonly read: { readonly uid: string | null; readonly generation: number | null; readonly resourceVersion: string | null } | null;
  /** What it yields. */
  readonly entities: readonly {
    readonly type: string;
    readonly id: string;
    readonly name: string;
    readonly plane: string;
    readonly configured: boolean;
    /** Why it is not. */
    readonly reasons: readonly string[];
  }[];
  readonly problems: readonly Problem[];
  /** The status that it should have, where that is ours to write. */
  readonly status: unknown;
  /** Of the newest configuration. */
  readonly revision: number;
  /** Whether those who are to serve it have that configuration. */
  readonly targets: readonly {
    readonly name: string;
    readonly plane: string | null;
    readonly upToDate: boolean;
    readonly revision: number | null;
    readonly error: string | null;
  }[];
}

/** Says why an object is or is not live: whether it was read, what became of it, and who serves that. */
export async function objectReport(ref: ObjectRef, options: ObjectReportOptions): Promise<ObjectReport> {
  const { inspection } = options;
  const object = inspection.object(ref);
  const entities = inspection.entitiesOf(ref).map(({ failures, label, ...entity }) => ({
    type: entity.type,
    id: entity.id,
    name: label,
    plane: entity.plane,
    configured: entity.configured,
    reasons: failures.map(({ message }) => message),
  }));
  const problems = inspection.problems().filter((problem) => concerns(problem, ref));
  const targets = inspection.publishers().flatMap(targetsOf);
  const missing = object === null ? await whyNotRead(ref, problems, options) : null;
  return {
    object: ref,
    verdict: missing ?? verdictOf(entities, problems, targets),
    read: object === null ? null : identityOf(object),
    entities,
    problems,
    status: inspection.status(ref)?.status ?? null,
    revision: inspection.revision(),
    targets,
  };
}

async function whyNotRead(ref: ObjectRef, problems: readonly Problem[], { kinds, lookUp }: ObjectReportOptions): Promise<string> {
  const kind = kinds.get(ref.kind);
  if (kind === undefined) return `objects of kind ${ref.kind} are not read by this build; it reads ${[...kinds.keys()].sort().join(', ')}`;
  if (problems.some(({ reason }) => reason === 'Invalid')) return 'not live: it is refused, see problems';
  if (lookUp === undefined) return 'not live: no source has it, or it is of a class that is not served here';
  const object = await lookUp(ref);
  if (object === null) return 'not live: the cluster has no such object';
  if (kind.admit?.(object) === false) return 'not live: it is of a class, or of a kind by its labels, that is not served here';
  return 'not live: the cluster has it and it has not been read (yet), e.g. because nothing that is served names it or its namespace is not watched';
}

function verdictOf(entities: ObjectReport['entities'], problems: readonly Problem[], targets: ObjectReport['targets']): string {
  const left = entities.filter(({ configured }) => !configured).length;
  if (entities.length === 0 && problems.length > 0) return 'not live: nothing of it can be configured, see problems';
  if (entities.length === 0)
    return 'nothing is configured for it: no class or Gateway that is served here takes it, or nothing that is served refers to it';
  if (left === entities.length) return 'not live: everything that it yields is left out, see entities';
  const behind = targets.filter(({ upToDate }) => !upToDate);
  const served = behind.length === 0 ? 'served' : `served by ${targets.length - behind.length} of ${targets.length} targets, see targets`;
  if (left > 0) return `partly ${served}: ${left} of ${entities.length} entities are left out, see entities`;
  return problems.length > 0 ? `${served}, with problems` : served;
}

function targetsOf({ name, applied, revision, targets }: PublisherReport): ObjectReport['targets'] {
  if (targets.length === 0) return [{ name, plane: null, upToDate: applied, revision, error: null }];
  return targets.map((target) => ({
    name: target.name,
    plane: target.plane,
    upToDate: target.state === 'current' || target.state === 'idle',
    revision: target.revision,
    error: target.error,
  }));
}

function identityOf({ metadata }: KubeObject): ObjectReport['read'] {
  return { uid: metadata.uid ?? null, generation: metadata.generation ?? null, resourceVersion: metadata.resourceVersion ?? null };
}

function concerns({ ref, others = [] }: Problem, wanted: ObjectRef): boolean {
  return [ref, ...others].some((each) => each?.kind === wanted.kind && each.namespace === wanted.namespace && each.name === wanted.name);
}
