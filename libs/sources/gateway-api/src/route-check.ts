import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import { DNS_LABEL, OBJECT_NAME, ObjectCheck, type HTTPRoute } from '@gibbon/k8s-types';
import { checkBackendRef } from './backend-check.ts';
import { checkFilters } from './filter-check.ts';
import { checkHostname, checkListenerName } from './names-check.ts';

const MAX_RULES = 16;
const MAX_MATCHES = 64;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const ODD_SEGMENT = /\/\/|\/\.\.?(?:\/|$)|%2f|#/i;
const DURATION = /^(?:[0-9]{1,5}(?:h|m|s|ms)){1,4}$/;

/**
 * What the API server would refuse of an HTTPRoute, all at once. Values of enumerations that a later version of the API may add
 * pass: the route's conditions tell about them.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec
 */
export function checkHttpRoute(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as HTTPRoute).spec, 'spec');
  if (spec === null) check.present((object as HTTPRoute).spec, 'spec', 'what the HTTPRoute is to do');
  for (const [value, path] of check.items(spec?.['parentRefs'], 'spec.parentRefs')) checkParent(check, value, path);
  for (const [value, path] of check.items(spec?.['hostnames'], 'spec.hostnames')) checkHostname(check, value ?? '', path);
  const rules = check.items(spec?.['rules'], 'spec.rules');
  if (rules.length > MAX_RULES) check.problem('spec.rules', `expected at most ${MAX_RULES} rules`);
  for (const [value, path] of rules) checkRule(check, value, path);
  return check.problems;
}

function checkParent(check: ObjectCheck, value: unknown, path: string): void {
  const parent = check.record(value, path);
  check.text(parent?.['group'], `${path}.group`, 'an API group');
  check.text(parent?.['kind'], `${path}.kind`, 'the kind of an object');
  check.text(parent?.['namespace'], `${path}.namespace`, 'the name of a namespace', DNS_LABEL);
  if (check.present(parent?.['name'], `${path}.name`, 'the name of a Gateway'))
    check.text(parent?.['name'], `${path}.name`, 'the name of a Gateway', OBJECT_NAME);
  checkListenerName(check, parent?.['sectionName'], `${path}.sectionName`);
  check.integer(parent?.['port'], `${path}.port`, 1, 65_535);
}

function checkRule(check: ObjectCheck, value: unknown, path: string): void {
  const rule = check.record(value, path);
  if (rule === null) {
    check.present(value, path, 'a rule');
    return;
  }
  checkListenerName(check, rule['name'], `${path}.name`);
  const matches = check.items(rule['matches'], `${path}.matches`);
  if (matches.length > MAX_MATCHES) check.problem(`${path}.matches`, `expected at most ${MAX_MATCHES} matches`);
  for (const [match, at] of matches) checkMatch(check, match, at);
  checkFilters(check, rule['filters'], `${path}.filters`, prefixMatches(matches.map(([match]) => match)));
  for (const [backend, at] of check.items(rule['backendRefs'], `${path}.backendRefs`)) {
    const ref = checkBackendRef(check, backend, at);
    check.integer(ref?.['weight'], `${at}.weight`, 0, 1_000_000);
    checkFilters(check, ref?.['filters'], `${at}.filters`, prefixMatches(matches.map(([match]) => match)));
  }
  const timeouts = check.record(rule['timeouts'], `${path}.timeouts`);
  for (const field of ['request', 'backendRequest']) {
    check.text(timeouts?.[field], `${path}.timeouts.${field}`, 'a duration, e.g. "500ms" or "1m30s"', DURATION);
  }
  const retry = check.record(rule['retry'], `${path}.retry`);
  check.integer(retry?.['attempts'], `${path}.retry.attempts`, 0, 2_147_483_647);
  check.text(retry?.['backoff'], `${path}.retry.backoff`, 'a duration, e.g. "100ms"', DURATION);
  for (const [code, at] of check.items(retry?.['codes'], `${path}.retry.codes`)) check.integer(code, at, 400, 599);
}

/** Whether the only match of a rule is a path prefix, which replacing a prefix needs. */
function prefixMatches(matches: readonly unknown[]): boolean {
  if (matches.length === 0) return true;
  const { path } = (matches[0] ?? {}) as { readonly path?: { readonly type?: string } };
  return matches.length === 1 && (path?.type ?? 'PathPrefix') === 'PathPrefix';
}

function checkMatch(check: ObjectCheck, value: unknown, at: string): void {
  const match = check.record(value, at);
  const path = check.record(match?.['path'], `${at}.path`);
  check.text(path?.['type'], `${at}.path.type`, 'Exact, PathPrefix or RegularExpression');
  const text = check.text(path?.['value'], `${at}.path.value`, 'a path that begins with "/"');
  if (text !== null && path?.['type'] !== 'RegularExpression') {
    if (!text.startsWith('/')) check.problem(`${at}.path.value`, 'expected a path that begins with "/"');
    else if (ODD_SEGMENT.test(text)) check.problem(`${at}.path.value`, 'expected a path without "//", "/./", "/../", "#" and "%2f"');
  }
  if (text !== null && text.length > 1_024) check.problem(`${at}.path.value`, 'expected at most 1024 characters');
  check.oneOf(match?.['method'], `${at}.method`, METHODS);
  for (const field of ['headers', 'queryParams']) {
    const items = check.items(match?.[field], `${at}.${field}`);
    if (items.length > 16) check.problem(`${at}.${field}`, 'expected at most 16');
    for (const [item, itemAt] of items) checkValueMatch(check, item, itemAt);
  }
}

function checkValueMatch(check: ObjectCheck, value: unknown, path: string): void {
  const item = check.record(value, path);
  check.text(item?.['type'], `${path}.type`, 'Exact or RegularExpression');
  if (check.present(item?.['name'], `${path}.name`, 'a name'))
    check.text(item?.['name'], `${path}.name`, 'a name of letters, digits, "-" and "_"', TOKEN);
  if (check.present(item?.['value'], `${path}.value`, 'a value')) check.text(item?.['value'], `${path}.value`, 'a value');
}
