import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import { ObjectCheck, type AnyRecord, type KongUpstreamPolicy } from '@gibbon/k8s-types';

/** Protocols of health checks. */
export const CHECK_TYPES: readonly string[] = ['http', 'https', 'tcp', 'grpc', 'grpcs'];
/** What `input` of a hash may be. */
export const HASH_INPUTS: readonly string[] = ['ip', 'consumer', 'path', 'none'];
/** Largest number of successes or failures. */
export const MAX_COUNT = 255;
/** Largest interval or timeout of health checks. */
export const MAX_SECONDS = 65_535;

/** What the schema of KongUpstreamPolicy refuses, its rules across fields included. */
export function checkPolicy(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as KongUpstreamPolicy).spec, 'spec') ?? {};
  // Which there are depends on the target and the modules of the build: translators know.
  check.text(spec['algorithm'], 'spec.algorithm', 'the name of a balancer');
  check.integer(spec['slots'], 'spec.slots', 10, 65_536);
  checkHashing(check, spec);
  const health = check.record(spec['healthchecks'], 'spec.healthchecks');
  check.integer(health?.['threshold'], 'spec.healthchecks.threshold', 0, 100);
  checkActive(check, check.record(health?.['active'], 'spec.healthchecks.active'));
  checkPassive(check, check.record(health?.['passive'], 'spec.healthchecks.passive'));
  return check.problems;
}

function checkHashing(check: ObjectCheck, spec: AnyRecord): void {
  const algorithm = spec['algorithm'];
  const hashOn = check.record(spec['hashOn'], 'spec.hashOn');
  const fallback = check.record(spec['hashOnFallback'], 'spec.hashOnFallback');
  const sticky = check.record(spec['stickySessions'], 'spec.stickySessions');
  checkHash(check, hashOn, 'spec.hashOn', ['input', 'cookie', 'header', 'uriCapture', 'queryArg']);
  checkHash(check, fallback, 'spec.hashOnFallback', ['input', 'header', 'uriCapture', 'queryArg']);
  if (hashOn !== null && (hashOn['cookie'] === undefined) !== (hashOn['cookiePath'] === undefined))
    check.problem('spec.hashOn', 'expected `cookie` and `cookiePath` together');
  if (hashOn !== null && algorithm !== 'consistent-hashing' && algorithm !== 'sticky-sessions')
    check.problem('spec.algorithm', 'expected consistent-hashing or sticky-sessions, as `hashOn` is set');
  if (fallback !== null && algorithm !== 'consistent-hashing')
    check.problem('spec.algorithm', 'expected consistent-hashing, as `hashOnFallback` is set');
  if (fallback !== null && hashOn?.['cookie'] !== undefined)
    check.problem('spec.hashOnFallback', 'expected nothing, as `hashOn.cookie` is set');
  if (sticky === null) return;
  if (check.present(sticky['cookie'], 'spec.stickySessions.cookie', 'the name of a cookie'))
    check.text(sticky['cookie'], 'spec.stickySessions.cookie');
  check.text(sticky['cookiePath'], 'spec.stickySessions.cookiePath');
  if (algorithm !== 'sticky-sessions') check.problem('spec.algorithm', 'expected sticky-sessions, as `stickySessions` is set');
  if (hashOn?.['input'] !== 'none' || Object.keys(hashOn).length > 1)
    check.problem('spec.hashOn', 'expected `input: none` alone, as `stickySessions` is set');
}

function checkHash(check: ObjectCheck, hash: AnyRecord | null, path: string, exclusive: readonly string[]): void {
  if (hash === null) return;
  check.oneOf(hash['input'], `${path}.input`, HASH_INPUTS);
  for (const field of ['header', 'cookie', 'cookiePath', 'queryArg', 'uriCapture']) check.text(hash[field], `${path}.${field}`);
  if (exclusive.filter((field) => hash[field] !== undefined).length > 1)
    check.problem(path, `expected at most one of ${exclusive.join(', ')}`);
}

function checkActive(check: ObjectCheck, active: AnyRecord | null): void {
  if (active === null) return;
  const path = 'spec.healthchecks.active';
  check.oneOf(active['type'], `${path}.type`, CHECK_TYPES);
  check.integer(active['concurrency'], `${path}.concurrency`, 1, 2_147_483_647);
  check.integer(active['timeout'], `${path}.timeout`, 0, MAX_SECONDS);
  check.text(active['httpPath'], `${path}.httpPath`, 'a path that begins with "/"', /^\//);
  check.text(active['httpsSni'], `${path}.httpsSni`);
  check.boolean(active['httpsVerifyCertificate'], `${path}.httpsVerifyCertificate`);
  for (const [name, values] of Object.entries(check.record(active['headers'], `${path}.headers`) ?? {}))
    check.texts(values, `${path}.headers.${name}`);
  for (const side of ['healthy', 'unhealthy'] as const) {
    const thresholds = checkThresholds(check, active[side], `${path}.${side}`);
    check.integer(thresholds?.['interval'], `${path}.${side}.interval`, 0, MAX_SECONDS);
  }
}

function checkPassive(check: ObjectCheck, passive: AnyRecord | null): void {
  if (passive === null) return;
  const path = 'spec.healthchecks.passive';
  check.oneOf(passive['type'], `${path}.type`, CHECK_TYPES);
  for (const side of ['healthy', 'unhealthy'] as const) {
    const thresholds = checkThresholds(check, passive[side], `${path}.${side}`);
    if (thresholds?.['interval'] !== undefined)
      check.problem(`${path}.${side}.interval`, 'expected nothing: passive health checks have no interval');
  }
}

function checkThresholds(check: ObjectCheck, value: unknown, path: string): AnyRecord | null {
  const thresholds = check.record(value, path);
  if (thresholds === null) return null;
  for (const [status, at] of check.items(thresholds['httpStatuses'], `${path}.httpStatuses`)) check.integer(status, at, 100, 599);
  for (const field of ['successes', 'httpFailures', 'tcpFailures', 'timeouts'])
    check.integer(thresholds[field], `${path}.${field}`, 0, MAX_COUNT);
  return thresholds;
}
