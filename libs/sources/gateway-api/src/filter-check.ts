import type { AnyRecord, ObjectCheck } from '@gibbon/k8s-types';
import { checkBackendRef } from './backend-check.ts';
import { checkHostname } from './names-check.ts';

const MAX_FILTERS = 16;
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
// oxlint-disable-next-line no-control-regex -- what HTTP does not allow in field values.
const FIELD_VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;

/** Filters by type: the member that goes with it, how to check it, and whether a rule may have it more than once. */
const FILTERS: Readonly<Record<string, { readonly member: string; readonly check: (job: FilterJob) => void; readonly repeats: boolean }>> =
  {
    RequestHeaderModifier: { member: 'requestHeaderModifier', check: checkHeaders, repeats: false },
    ResponseHeaderModifier: { member: 'responseHeaderModifier', check: checkHeaders, repeats: false },
    RequestRedirect: { member: 'requestRedirect', check: checkRedirect, repeats: false },
    URLRewrite: { member: 'urlRewrite', check: checkRewrite, repeats: false },
    RequestMirror: { member: 'requestMirror', check: checkMirror, repeats: true },
    CORS: { member: 'cors', check: checkCors, repeats: false },
    ExtensionRef: { member: 'extensionRef', check: checkExtension, repeats: true },
  };

interface FilterJob {
  readonly check: ObjectCheck;
  readonly filter: AnyRecord;
  readonly path: string;
  /** Whether the rule has one match, a path prefix. */
  readonly prefix: boolean;
}

/** The filters of a rule or a backend. @param prefix whether the rule's only match is a path prefix. */
export function checkFilters(check: ObjectCheck, value: unknown, path: string, prefix: boolean): void {
  const items = check.items(value, path);
  if (items.length > MAX_FILTERS) check.problem(path, `expected at most ${MAX_FILTERS} filters`);
  const seen = new Set<string>();
  for (const [item, at] of items) {
    const filter = check.record(item, at);
    if (!check.present(filter?.['type'], `${at}.type`, 'the type of a filter')) continue;
    const type = check.text(filter?.['type'], `${at}.type`, 'the type of a filter');
    // Types of later versions pass: the route's conditions tell about them.
    const known = type === null ? undefined : FILTERS[type];
    if (known === undefined || type === null) continue;
    if (seen.has(type) && !known.repeats) check.problem(at, `expected one ${type} in a list of filters`);
    seen.add(type);
    const member = check.record(filter?.[known.member], `${at}.${known.member}`);
    if (member === null) check.present(filter?.[known.member], `${at}.${known.member}`, `what ${type} should do`);
    else known.check({ check, filter: member, path: `${at}.${known.member}`, prefix });
  }
}

function checkHeaders({ check, filter, path }: FilterJob): void {
  for (const field of ['set', 'add']) {
    for (const [value, at] of check.items(filter[field], `${path}.${field}`)) {
      const header = check.record(value, at);
      if (check.present(header?.['name'], `${at}.name`, 'a header name'))
        check.text(header?.['name'], `${at}.name`, 'a header name', TOKEN);
      if (check.present(header?.['value'], `${at}.value`, 'a value'))
        check.text(header?.['value'], `${at}.value`, 'a value without line ends', FIELD_VALUE);
    }
  }
  check.texts(filter['remove'], `${path}.remove`, 'a header name', TOKEN);
}

function checkRedirect(job: FilterJob): void {
  const { check, filter, path } = job;
  check.oneOf(filter['scheme'], `${path}.scheme`, ['http', 'https']);
  checkHostname(check, filter['hostname'], `${path}.hostname`);
  check.integer(filter['port'], `${path}.port`, 1, 65_535);
  const code = filter['statusCode'];
  if (code !== undefined && ![301, 302, 303, 307, 308].includes(code as number))
    check.problem(`${path}.statusCode`, 'expected one of 301, 302, 303, 307, 308');
  checkPathModifier(job);
}

function checkRewrite(job: FilterJob): void {
  checkHostname(job.check, job.filter['hostname'], `${job.path}.hostname`);
  checkPathModifier(job);
}

function checkPathModifier({ check, filter, path, prefix }: FilterJob): void {
  const modifier = check.record(filter['path'], `${path}.path`);
  if (modifier === null) return;
  const at = `${path}.path`;
  const type = check.oneOf(modifier['type'], `${at}.type`, ['ReplaceFullPath', 'ReplacePrefixMatch']);
  if (modifier['type'] === undefined) check.problem(`${at}.type`, 'required; expected ReplaceFullPath or ReplacePrefixMatch');
  const field = type === 'ReplacePrefixMatch' ? 'replacePrefixMatch' : 'replaceFullPath';
  check.text(modifier[field], `${at}.${field}`, 'a path without line ends', FIELD_VALUE);
  if (type !== null && modifier[field] === undefined) check.problem(`${at}.${field}`, 'required; expected a path');
  if (type === 'ReplacePrefixMatch' && !prefix)
    check.problem(at, 'ReplacePrefixMatch goes with a rule that has one match of type PathPrefix');
}

function checkMirror({ check, filter, path }: FilterJob): void {
  if (check.present(filter['backendRef'], `${path}.backendRef`, 'a Service and its port'))
    checkBackendRef(check, filter['backendRef'], `${path}.backendRef`);
  check.integer(filter['percent'], `${path}.percent`, 0, 100);
  const fraction = check.record(filter['fraction'], `${path}.fraction`);
  if (fraction === null) return;
  if (filter['percent'] !== undefined) check.problem(path, 'expected either `percent` or `fraction`');
  if (fraction['numerator'] === undefined) check.problem(`${path}.fraction.numerator`, 'required; expected a number');
  const denominator = check.integer(fraction['denominator'], `${path}.fraction.denominator`, 1, 2_147_483_647) ?? 100;
  check.integer(fraction['numerator'], `${path}.fraction.numerator`, 0, denominator);
}

const ORIGIN = /^(?:\*|[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\s]+)$/;

function checkCors({ check, filter, path }: FilterJob): void {
  check.texts(filter['allowOrigins'], `${path}.allowOrigins`, '"*" or scheme://host[:port]', ORIGIN);
  check.texts(filter['allowMethods'], `${path}.allowMethods`, 'a method or "*"', TOKEN);
  check.texts(filter['allowHeaders'], `${path}.allowHeaders`, 'a header name or "*"', TOKEN);
  check.texts(filter['exposeHeaders'], `${path}.exposeHeaders`, 'a header name or "*"', TOKEN);
  check.boolean(filter['allowCredentials'], `${path}.allowCredentials`);
  check.integer(filter['maxAge'], `${path}.maxAge`, 1, 2_147_483_647);
}

function checkExtension({ check, filter, path }: FilterJob): void {
  check.text(filter['group'], `${path}.group`, 'an API group');
  for (const field of ['kind', 'name'])
    if (check.present(filter[field], `${path}.${field}`, 'a name')) check.text(filter[field], `${path}.${field}`, 'a name');
}
