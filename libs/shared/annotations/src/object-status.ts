import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { OwnedList, StatusDraft } from '@gibbon/contracts/status';
import type { Failure } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';

/** The group of Kong's own resources. */
const KONG_GROUP = 'configuration.konghq.com';
const PROGRAMMED = 'Programmed';
/** Longest message of a condition that an API server takes. */
const MAX_MESSAGE = 32_768;

/** How the API server knows the objects of a kind. */
export interface StatusResource {
  /** API group; empty for core. */
  readonly group: string;
  readonly version: string;
  /** Lower-case plural. */
  readonly plural: string;
}

/** The status that an object should have. @param owned lists in it that have entries of others, too. */
export function objectStatus(
  object: KubeObject,
  { group, version, plural }: StatusResource,
  status: StatusDraft['status'],
  owned: readonly OwnedList[] = [],
): StatusDraft {
  const { generation = null, uid = '' } = object.metadata;
  return { ref: refOf(object), group, version, plural, generation, uid, status, owned };
}

const OWNED: readonly OwnedList[] = Object.freeze([
  {
    field: 'conditions',
    owns: (entry: unknown) => typeOf(entry) === PROGRAMMED,
    key: (entry: unknown) => typeOf(entry),
  },
]);

/**
 * The condition `Programmed` of one of Kong's own resources, by what is wrong with the object: reasons and, where nothing
 * is wrong, the message of the reference controller.
 * @param failures of which those count that concern the object.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/custom-resources/
 */
export function programmedStatus(
  object: KubeObject,
  resource: Pick<StatusResource, 'version' | 'plural'>,
  failures: readonly Failure[],
): StatusDraft {
  const wrong = failures.filter(({ refs }) => refs.some((ref) => isRefOf(ref, object)));
  const observedGeneration = object.metadata.generation ?? 0;
  const verdict =
    wrong.length === 0
      ? { status: 'True', reason: PROGRAMMED, message: 'Object was successfully configured in Kong.' }
      : {
          status: 'False',
          reason: 'Invalid',
          message: wrong
            .map((failure) => sentenceOf(failure, object))
            .join('; ')
            .slice(0, MAX_MESSAGE),
        };
  const conditions = [{ type: PROGRAMMED, ...verdict, observedGeneration }];
  return { ...objectStatus(object, { group: KONG_GROUP, ...resource }, { conditions }, OWNED), followsProblems: true };
}

function sentenceOf({ refs: [first], field, message }: Failure, object: KubeObject): string {
  if (field === '') return message;
  const place = first === undefined || isRefOf(first, object) ? '' : `${first.kind} ${first.name} `;
  return `${place}${field}: ${message}`;
}

function isRefOf({ kind, namespace, name }: ObjectRef, object: KubeObject): boolean {
  return kind === object.kind && name === object.metadata.name && namespace === (object.metadata.namespace ?? '');
}

function typeOf(entry: unknown): string {
  return String((entry as { readonly type?: unknown } | null)?.type);
}
