import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import type { Ingress, IngressClass } from '@gibbon/k8s-types';

/** Names the class of any object; older than `spec.ingressClassName` and stronger. */
export const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
/** Marks the IngressClass of objects that name none. */
export const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** What the ingress class of an object says about it. */
export type ClassMatch =
  /** The object names this controller's class. */
  | 'ours'
  /** The object names another class. */
  | 'foreign'
  /** The object names none: it is ours if the class is the default one. */
  | 'default';

/** What an object alone tells. Ingresses have `spec.ingressClassName` beside the annotation. */
export function classMatch(object: KubeObject, settings: ControllerSettings): ClassMatch {
  const named = object.metadata.annotations?.[INGRESS_CLASS_ANNOTATION] || classNameOf(object);
  if (named === undefined || named === '') return 'default';
  return named === settings.ingressClass ? 'ours' : 'foreign';
}

/**
 * Whether an object belongs to this controller, with the IngressClass object that may make the class the default one.
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class
 */
export function belongsToClass(object: KubeObject, settings: ControllerSettings, read: TrackedRead): boolean {
  const match = classMatch(object, settings);
  if (match !== 'default') return match === 'ours';
  const ingressClass = read.get<IngressClass>('IngressClass', '', settings.ingressClass);
  return (
    ingressClass?.spec?.controller === settings.ingressClassController &&
    ingressClass.metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true'
  );
}

function classNameOf(object: KubeObject): string | undefined {
  return object.kind === 'Ingress' ? (object as Ingress).spec?.ingressClassName : undefined;
}
