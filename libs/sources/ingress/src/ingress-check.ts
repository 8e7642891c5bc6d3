import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import { DNS_LABEL, OBJECT_NAME, ObjectCheck, type Ingress } from '@gibbon/k8s-types';
import { isIP } from 'node:net';

const PATH_TYPES = ['Exact', 'Prefix', 'ImplementationSpecific'];
const WILDCARD_HOST = /^\*\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const PORT_NAME = /^(?=.*[a-z])[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/;
const ODD_SEGMENT = /\/\/|\/\.\.?(?:\/|$)|%2f/i;

/**
 * What the API server would refuse of an Ingress, all at once. A missing `pathType` is let pass, as older manifests have it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec
 */
export function checkIngress(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as Ingress).spec, 'spec');
  if (spec?.['rules'] === undefined && spec?.['defaultBackend'] === undefined)
    check.problem('spec', 'expected `rules` or `defaultBackend`');
  check.text(spec?.['ingressClassName'], 'spec.ingressClassName', 'the name of an IngressClass', OBJECT_NAME);
  if (spec?.['defaultBackend'] !== undefined) checkBackend(check, spec['defaultBackend'], 'spec.defaultBackend');
  for (const [rule, path] of check.items(spec?.['rules'], 'spec.rules')) checkRule(check, rule, path);
  for (const [entry, path] of check.items(spec?.['tls'], 'spec.tls')) {
    const tls = check.record(entry, path);
    for (const [host, at] of check.items(tls?.['hosts'], `${path}.hosts`)) checkHost(check, host, at);
    if (tls?.['secretName'] !== '') check.text(tls?.['secretName'], `${path}.secretName`, 'the name of a Secret', OBJECT_NAME);
  }
  return check.problems;
}

function checkRule(check: ObjectCheck, value: unknown, path: string): void {
  const rule = check.record(value, path);
  if (rule?.['host'] !== '') checkHost(check, rule?.['host'], `${path}.host`);
  const http = check.record(rule?.['http'], `${path}.http`);
  if (http === null) return;
  const paths = check.items(http['paths'], `${path}.http.paths`);
  if (paths.length === 0) check.problem(`${path}.http.paths`, 'required; expected at least one path');
  for (const [item, at] of paths) checkPath(check, item, at);
}

function checkPath(check: ObjectCheck, value: unknown, path: string): void {
  const item = check.record(value, path);
  const pathType = check.oneOf(item?.['pathType'], `${path}.pathType`, PATH_TYPES);
  const text = check.text(item?.['path'], `${path}.path`, 'a path that begins with "/"') ?? '';
  const strict = pathType === 'Exact' || pathType === 'Prefix';
  if (text === '' ? strict : !text.startsWith('/')) check.problem(`${path}.path`, 'expected a path that begins with "/"');
  else if (strict && ODD_SEGMENT.test(text)) check.problem(`${path}.path`, 'expected a path without "//", "/./", "/../" and "%2f"');
  checkBackend(check, item?.['backend'], `${path}.backend`);
}

function checkBackend(check: ObjectCheck, value: unknown, path: string): void {
  if (!check.present(value, path, 'a backend with `service`')) return;
  const backend = check.record(value, path);
  if (backend === null) return;
  const resource = check.record(backend['resource'], `${path}.resource`);
  if (resource !== null) {
    if (backend['service'] !== undefined) check.problem(path, 'expected either `service` or `resource`');
    if (check.present(resource['kind'], `${path}.resource.kind`, 'the kind of an object'))
      check.text(resource['kind'], `${path}.resource.kind`);
    if (check.present(resource['name'], `${path}.resource.name`, 'the name of an object'))
      check.text(resource['name'], `${path}.resource.name`);
    return;
  }
  if (!check.present(backend['service'], `${path}.service`, 'the `name` and `port` of a Service')) return;
  const service = check.record(backend['service'], `${path}.service`);
  if (service === null) return;
  if (check.present(service['name'], `${path}.service.name`, 'the name of a Service')) {
    check.text(service['name'], `${path}.service.name`, 'the name of a Service', DNS_LABEL);
  }
  checkPort(check, service['port'], `${path}.service.port`);
}

function checkPort(check: ObjectCheck, value: unknown, path: string): void {
  if (!check.present(value, path, '`number` or `name` of a port of the Service')) return;
  const port = check.record(value, path);
  if (port === null) return;
  check.integer(port['number'], `${path}.number`, 1, 65_535);
  check.text(port['name'], `${path}.name`, 'the name of a port: at most 15 lower-case letters, digits and "-"', PORT_NAME);
  if ((port['number'] === undefined) === (port['name'] === undefined)) check.problem(path, 'expected either `number` or `name`');
}

function checkHost(check: ObjectCheck, value: unknown, path: string): void {
  const host = check.text(value, path, 'a host name');
  if (host === null) return;
  if (isIP(host) !== 0) check.problem(path, 'expected a host name, not an IP address');
  else if (!OBJECT_NAME.test(host) && !WILDCARD_HOST.test(host)) {
    check.problem(path, 'expected a lower-case host name without port, with "*" only as its whole first label');
  }
}
