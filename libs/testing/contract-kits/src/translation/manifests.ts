import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import { parseAllDocuments } from 'yaml';

/** Objects of a YAML text with one or more documents, as they are; blank documents are skipped. @throws Error for YAML that cannot be read. */
export function parseManifests(text: string): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as KubeObject | null;
    if (object !== null) objects.push(object);
  }
  return objects;
}

/** What a source would put into the store, and what it would report. */
export interface Admission {
  readonly objects: readonly KubeObject[];
  /** `<Kind> <namespace>/<name> <path>: <message>`. */
  readonly problems: readonly string[];
}

/** Treats objects as sources do: those of unknown kinds and those not admitted are left out, broken ones are reported. */
export function admitObjects(objects: readonly KubeObject[], kinds: ReadonlyMap<string, ResourceKind>): Admission {
  const admitted: KubeObject[] = [];
  const problems: string[] = [];
  for (const object of objects) {
    const kind = kinds.get(object.kind);
    if (kind === undefined || kind.admit?.(object) === false) continue;
    const found = kind.validate?.(object) ?? [];
    for (const { path, message } of found) problems.push(`${nameOf(refOf(object))} ${path}: ${message}`);
    if (found.length === 0) admitted.push(kind.normalise?.(object) ?? object);
  }
  return { objects: admitted, problems };
}

/** The objects that are left when some are broken: without those, and without all that cannot do without them. */
export function withoutDependants(
  objects: readonly KubeObject[],
  isBroken: (object: KubeObject) => boolean,
  kinds: ReadonlyMap<string, ResourceKind>,
): readonly KubeObject[] {
  const broken = new Set(objects.filter(isBroken).map((object) => nameOf(refOf(object))));
  for (let size = -1; size !== broken.size;) {
    size = broken.size;
    for (const object of objects) {
      const references = kinds.get(object.kind)?.references?.(object) ?? [];
      if (references.some((reference) => broken.has(nameOf(reference)))) broken.add(nameOf(refOf(object)));
    }
  }
  return objects.filter((object) => !broken.has(nameOf(refOf(object))));
}

function refOf({ kind, metadata }: KubeObject): ObjectRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
