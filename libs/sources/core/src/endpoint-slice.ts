import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { ObjectCheck, SERVICE_NAME_LABEL, slimObject, type EndpointSlice } from '@gibbon/k8s-types';
import { isIP } from 'node:net';

const ADDRESS_TYPES = ['IPv4', 'IPv6', 'FQDN'];
const FQDN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/i;

/** EndpointSlices that belong to a Service; the others never enter. */
export const ENDPOINT_SLICE: ResourceKind = {
  group: 'discovery.k8s.io',
  versions: ['v1'],
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  admit: (object) => Boolean(object.metadata.labels?.[SERVICE_NAME_LABEL]),
  select: { labels: SERVICE_NAME_LABEL },
  validate: checkEndpointSlice,
  normalise: slimObject,
};

function checkEndpointSlice(object: KubeObject): readonly ConfigProblem[] {
  const slice = object as EndpointSlice;
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const type = check.present(slice.addressType, 'addressType', `one of ${ADDRESS_TYPES.join(', ')}`)
    ? check.oneOf(slice.addressType, 'addressType', ADDRESS_TYPES)
    : null;
  for (const [value, path] of check.items(slice.endpoints, 'endpoints')) {
    const endpoint = check.record(value, path);
    const addresses = check.items(endpoint?.['addresses'], `${path}.addresses`);
    if (addresses.length === 0) check.problem(`${path}.addresses`, 'required; expected at least one address');
    for (const [address, at] of addresses) checkAddress(check, address, at, type);
    const conditions = check.record(endpoint?.['conditions'], `${path}.conditions`);
    for (const name of ['ready', 'serving', 'terminating']) check.boolean(conditions?.[name], `${path}.conditions.${name}`);
  }
  for (const [value, path] of check.items(slice.ports, 'ports')) {
    const port = check.record(value, path);
    check.text(port?.['name'], `${path}.name`, 'a name');
    check.integer(port?.['port'], `${path}.port`, 1, 65_535);
    check.oneOf(port?.['protocol'], `${path}.protocol`, ['TCP', 'UDP', 'SCTP']);
  }
  return check.problems;
}

function checkAddress(check: ObjectCheck, value: unknown, path: string, type: string | null): void {
  const address = check.text(value ?? '', path, 'an address');
  if (address === null || type === null) return;
  const right = type === 'FQDN' ? FQDN.test(address) && isIP(address) === 0 : isIP(address) === (type === 'IPv4' ? 4 : 6);
  if (!right)
    check.problem(
      path,
      type === 'FQDN' ? 'expected a DNS name, as addressType is FQDN' : `expected an ${type} address, as addressType says`,
    );
}
