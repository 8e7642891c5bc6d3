import { DNS_LABEL, type AnyRecord, type ObjectCheck } from '@gibbon/k8s-types';

/** A backend of a rule or of a filter. */
export function checkBackendRef(check: ObjectCheck, value: unknown, path: string): AnyRecord | null {
  const ref = check.record(value, path);
  check.text(ref?.['group'], `${path}.group`, 'an API group');
  check.text(ref?.['kind'], `${path}.kind`, 'the kind of an object');
  check.text(ref?.['namespace'], `${path}.namespace`, 'the name of a namespace', DNS_LABEL);
  if (check.present(ref?.['name'], `${path}.name`, 'the name of a Service'))
    check.text(ref?.['name'], `${path}.name`, 'the name of a Service');
  check.integer(ref?.['port'], `${path}.port`, 1, 65_535);
  const { group = '', kind = 'Service', port } = ref ?? {};
  if (ref !== null && group === '' && kind === 'Service' && port === undefined)
    check.problem(`${path}.port`, 'required; expected a port of the Service');
  return ref;
}
