import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import { DNS_LABEL, OBJECT_NAME, ObjectCheck, type Gateway, type GatewayClass } from '@gibbon/k8s-types';
import { checkHostname, checkListenerName } from './names-check.ts';

const CONTROLLER_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const PROTOCOL = /^[a-zA-Z0-9](?:[-.a-zA-Z0-9]*[a-zA-Z0-9])?(?:\/[A-Za-z0-9]+)?$/;
const MAX_LISTENERS = 64;

/** What the API server would refuse of a GatewayClass. */
export function checkGatewayClass(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as GatewayClass).spec, 'spec');
  if (spec === null) check.present((object as GatewayClass).spec, 'spec', 'what the GatewayClass is to do');
  if (check.present(spec?.['controllerName'], 'spec.controllerName', 'the name of a controller')) {
    check.text(
      spec?.['controllerName'],
      'spec.controllerName',
      'a domain-prefixed path, e.g. "gibbon.dev/gateway-controller"',
      CONTROLLER_NAME,
    );
  }
  checkParameters(check, spec?.['parametersRef'], 'spec.parametersRef');
  return check.problems;
}

/**
 * What the API server would refuse of a Gateway, all at once.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec
 */
export function checkGateway(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as Gateway).spec, 'spec');
  if (spec === null) check.present((object as Gateway).spec, 'spec', 'what the Gateway is to do');
  if (check.present(spec?.['gatewayClassName'], 'spec.gatewayClassName', 'the name of a GatewayClass')) {
    check.text(spec?.['gatewayClassName'], 'spec.gatewayClassName', 'the name of a GatewayClass', OBJECT_NAME);
  }
  const listeners = check.items(spec?.['listeners'], 'spec.listeners');
  if (listeners.length === 0 || listeners.length > MAX_LISTENERS)
    check.problem('spec.listeners', `expected 1 to ${MAX_LISTENERS} listeners`);
  const names = new Set<unknown>();
  for (const [value, path] of listeners) checkListener(check, value, path, names);
  for (const [value, path] of check.items(spec?.['addresses'], 'spec.addresses')) {
    const address = check.record(value, path);
    check.text(address?.['type'], `${path}.type`, 'IPAddress, Hostname or a domain-prefixed name');
    check.text(address?.['value'], `${path}.value`, 'an address');
  }
  const infrastructure = check.record(spec?.['infrastructure'], 'spec.infrastructure');
  check.textMap(infrastructure?.['labels'], 'spec.infrastructure.labels');
  check.textMap(infrastructure?.['annotations'], 'spec.infrastructure.annotations');
  checkParameters(check, infrastructure?.['parametersRef'], 'spec.infrastructure.parametersRef');
  return check.problems;
}

function checkParameters(check: ObjectCheck, value: unknown, path: string): void {
  const ref = check.record(value, path);
  if (ref === null) return;
  check.text(ref['group'], `${path}.group`, 'an API group');
  for (const field of ['kind', 'name'])
    if (check.present(ref[field], `${path}.${field}`, 'a name')) check.text(ref[field], `${path}.${field}`, 'a name');
}

function checkListener(check: ObjectCheck, value: unknown, path: string, names: Set<unknown>): void {
  const listener = check.record(value, path);
  if (listener === null) {
    check.present(value, path, 'a listener');
    return;
  }
  if (check.present(listener['name'], `${path}.name`, 'a name that is unique in the Gateway')) {
    checkListenerName(check, listener['name'], `${path}.name`);
    if (names.has(listener['name']))
      check.problem(`${path}.name`, `expected a name that no other listener has; found "${String(listener['name'])}" twice`);
    names.add(listener['name']);
  }
  if (check.present(listener['port'], `${path}.port`, 'a port')) check.integer(listener['port'], `${path}.port`, 1, 65_535);
  if (check.present(listener['protocol'], `${path}.protocol`, 'a protocol, e.g. HTTP')) {
    check.text(listener['protocol'], `${path}.protocol`, 'HTTP, HTTPS, TLS, TCP, UDP or a domain-prefixed name', PROTOCOL);
  }
  if (listener['hostname'] !== '') checkHostname(check, listener['hostname'], `${path}.hostname`);
  checkTls(check, listener['tls'], `${path}.tls`, listener['protocol']);
  checkAllowedRoutes(check, listener['allowedRoutes'], `${path}.allowedRoutes`);
}

function checkTls(check: ObjectCheck, value: unknown, path: string, protocol: unknown): void {
  const tls = check.record(value, path);
  if (tls === null) return;
  if (protocol === 'HTTP' || protocol === 'TCP' || protocol === 'UDP') check.problem(path, `expected none, as the protocol is ${protocol}`);
  check.oneOf(tls['mode'], `${path}.mode`, ['Terminate', 'Passthrough']);
  for (const [item, at] of check.items(tls['certificateRefs'], `${path}.certificateRefs`)) {
    const ref = check.record(item, at);
    check.text(ref?.['group'], `${at}.group`, 'an API group');
    check.text(ref?.['kind'], `${at}.kind`, 'the kind of an object');
    check.text(ref?.['namespace'], `${at}.namespace`, 'the name of a namespace', DNS_LABEL);
    if (check.present(ref?.['name'], `${at}.name`, 'the name of a Secret'))
      check.text(ref?.['name'], `${at}.name`, 'the name of a Secret', OBJECT_NAME);
  }
}

function checkAllowedRoutes(check: ObjectCheck, value: unknown, path: string): void {
  const allowed = check.record(value, path);
  if (allowed === null) return;
  const namespaces = check.record(allowed['namespaces'], `${path}.namespaces`);
  check.oneOf(namespaces?.['from'], `${path}.namespaces.from`, ['All', 'Selector', 'Same', 'None']);
  const selector = check.record(namespaces?.['selector'], `${path}.namespaces.selector`);
  check.textMap(selector?.['matchLabels'], `${path}.namespaces.selector.matchLabels`);
  for (const [item, at] of check.items(selector?.['matchExpressions'], `${path}.namespaces.selector.matchExpressions`)) {
    const requirement = check.record(item, at);
    if (check.present(requirement?.['key'], `${at}.key`, 'a label')) check.text(requirement?.['key'], `${at}.key`, 'a label');
    if (check.present(requirement?.['operator'], `${at}.operator`, 'an operator')) {
      check.oneOf(requirement?.['operator'], `${at}.operator`, ['In', 'NotIn', 'Exists', 'DoesNotExist']);
    }
    check.texts(requirement?.['values'], `${at}.values`);
  }
  for (const [item, at] of check.items(allowed['kinds'], `${path}.kinds`)) {
    const kind = check.record(item, at);
    check.text(kind?.['group'], `${at}.group`, 'an API group');
    if (check.present(kind?.['kind'], `${at}.kind`, 'a kind of routes')) check.text(kind?.['kind'], `${at}.kind`, 'a kind of routes');
  }
}
