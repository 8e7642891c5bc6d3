import { Type } from '@gibbon/schema';

/** A record whose fields others define; nothing in it is dropped. */
export function freeForm(description: string) {
  return Type.Object({}, { description, additionalProperties: true, 'x-kubernetes-preserve-unknown-fields': true });
}

/** A rule across fields. @param rule CEL, about `self` and, for changes, `oldSelf`. */
export interface CrossFieldRule {
  readonly rule: string;
  readonly message: string;
}

/** The keyword under which the API server looks for rules. */
export function rules(...list: readonly CrossFieldRule[]) {
  return { 'x-kubernetes-validations': list };
}

/** Kong's fields for other controllers than this one, so that their objects are taken as they are. */
export const FOREIGN_FIELDS = {
  controlPlaneRef: Type.Optional(freeForm('The control plane that the object is for; read by the operator of Kong alone.')),
  tags: Type.Optional(
    Type.Array(Type.String({ description: 'A tag.', maxLength: 128 }), {
      description: 'Tags for Konnect; of no effect here, where the annotation `konghq.com/tags` counts.',
      maxItems: 20,
    }),
  ),
};

/** `kubectl get kong`, and Kong's own name for its kinds. */
export const CATEGORIES: readonly string[] = ['kong', 'kong-ingress-controller'];

/** Columns that most kinds have. */
export const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Age of the object.' } as const;

/** Whether the proxies have the object. */
export const PROGRAMMED = {
  name: 'Programmed',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
  description: 'Whether the proxies have the object.',
} as const;
