import { classMatch } from '@gibbon/annotations';
import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { ObjectCheck, slimObject, type IngressClass } from '@gibbon/k8s-types';
import { checkIngress } from './ingress-check.ts';
import { ingressReferences } from './ingress-references.ts';

/**
 * Ingress and IngressClass.
 *
 * An Ingress that names another class never enters. One that names none does: whether it is ours depends on the
 * IngressClass object, which translators read, so that making a class the default one takes effect at once.
 */
export function ingressKinds(settings: ControllerSettings): readonly ResourceKind[] {
  return [
    {
      group: 'networking.k8s.io',
      versions: ['v1'],
      kind: 'Ingress',
      plural: 'ingresses',
      namespaced: true,
      writesStatus: true,
      admit: (object) => classMatch(object, settings) !== 'foreign',
      validate: checkIngress,
      normalise: slimObject,
      references: ingressReferences,
    },
    {
      group: 'networking.k8s.io',
      versions: ['v1'],
      kind: 'IngressClass',
      plural: 'ingressclasses',
      namespaced: false,
      admit: (object) => (object as IngressClass).spec?.controller === settings.ingressClassController,
      validate: checkIngressClass,
      normalise: slimObject,
    },
  ];
}

function checkIngressClass(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as IngressClass).spec, 'spec');
  check.text(spec?.['controller'], 'spec.controller', 'a domain-prefixed path, e.g. "ingress-controllers.konghq.com/kong"', /^[^/]+\/.+$/);
  return check.problems;
}
