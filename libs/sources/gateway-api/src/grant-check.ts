import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import { DNS_LABEL, ObjectCheck, type ReferenceGrant } from '@gibbon/k8s-types';

/** What the API server would refuse of a ReferenceGrant. @see https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant */
export function checkReferenceGrant(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as ReferenceGrant).spec, 'spec');
  if (spec === null) check.present((object as ReferenceGrant).spec, 'spec', 'what the ReferenceGrant is to do');
  for (const side of ['from', 'to'] as const) {
    const entries = check.items(spec?.[side], `spec.${side}`);
    if (entries.length === 0) check.problem(`spec.${side}`, 'required; expected at least one entry');
    for (const [value, path] of entries) {
      const entry = check.record(value, path);
      check.text(entry?.['group'] ?? null, `${path}.group`, 'an API group, empty for core');
      if (entry?.['group'] === undefined) check.problem(`${path}.group`, 'required; expected an API group, empty for core');
      if (check.present(entry?.['kind'], `${path}.kind`, 'the kind of an object'))
        check.text(entry?.['kind'], `${path}.kind`, 'the kind of an object');
      if (side === 'to') check.text(entry?.['name'], `${path}.name`, 'the name of an object');
      else if (check.present(entry?.['namespace'], `${path}.namespace`, 'the name of a namespace')) {
        check.text(entry?.['namespace'], `${path}.namespace`, 'the name of a namespace', DNS_LABEL);
      }
    }
  }
  return check.problems;
}
