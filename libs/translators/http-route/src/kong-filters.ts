import { INVALID_CONFIGURATION, objectUnit } from '@gibbon/annotations';
import type { TrackedRead } from '@gibbon/contracts/translator';
import { bad, type Verdict } from '@gibbon/gateway-attachment';
import {
  namespaceOf,
  type HTTPHeaderFilter,
  type HTTPRequestRedirectFilter,
  type HTTPRoute,
  type HTTPURLRewriteFilter,
} from '@gibbon/k8s-types';
import type { PluginConfig } from './filter-configs.ts';
import type { PlannedRule } from './plan.ts';
import { trimmed } from './precedence.ts';
import type { RuleProblems } from './rule-problems.ts';

/** What the filters of a rule become for Kong. */
export interface KongFilters {
  /** Configurations by the name of the plugin, in alphabetical order. */
  readonly plugins: readonly (readonly [name: string, config: PluginConfig])[];
  /** Whether paths must capture what follows the prefix. */
  readonly rewritesPrefix: boolean;
  /** Whether a filter cannot be applied, so that the rule is left out. */
  readonly broken: boolean;
  /** Whether requests get an error, as a plugin that the rule must not be served without cannot run. */
  readonly refuses: boolean;
}

/** What filters are translated with. */
export interface KongFilterContext {
  readonly route: HTTPRoute;
  readonly read: TrackedRead;
  readonly problems: RuleProblems;
}

/** What requests get whose plugin cannot run. */
const REFUSED = 500;
const KONG_GROUP = 'configuration.konghq.com';

type Operations = Record<string, { headers?: string[]; uri?: string }>;

/** Translates filters to Kong's own plugins, as the reference controller does. */
export function kongFilters({ rule, matches, at }: PlannedRule, { route, read, problems }: KongFilterContext): KongFilters {
  const plugins = new Map<string, PluginConfig>();
  const request: Operations = {};
  const response: Operations = {};
  let rewritesPrefix = false;
  let broken = false;
  let refuses = false;
  for (const [index, { type, requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, extensionRef }] of (
    rule.filters ?? []
  ).entries()) {
    if (type === 'RequestHeaderModifier' && requestHeaderModifier) addHeaders(request, requestHeaderModifier);
    else if (type === 'ResponseHeaderModifier' && responseHeaderModifier) addHeaders(response, responseHeaderModifier);
    else if (type === 'RequestRedirect' && requestRedirect && requestRedirect.path?.type !== 'ReplacePrefixMatch')
      plugins.set('redirect', redirect(requestRedirect));
    else if (type === 'URLRewrite' && urlRewrite)
      rewritesPrefix = addRewrite(request, urlRewrite, matches[0]?.path.value ?? '/') || rewritesPrefix;
    else if (type === 'ExtensionRef' && extensionRef?.kind === 'KongPlugin' && extensionRef.group === KONG_GROUP) {
      const problem = pluginProblem(namespaceOf(route), extensionRef.name, read);
      if (problem === null) continue;
      refuses = true;
      problems.reference(`${at}.filters.${index + 1}.extensionRef`, problem);
    } else {
      broken = true;
      problems.rule(
        `${at}.filters.${index + 1}.type`,
        bad(
          'UnsupportedValue',
          `httpFilter ${type} unsupported: Kong has no plugin for it; expected another filter, or the profile gibbon`,
        ),
      );
    }
  }
  if (refuses) return { plugins: [TERMINATION], rewritesPrefix: false, broken, refuses };
  if (Object.keys(request).length > 0) plugins.set('request-transformer', request);
  if (Object.keys(response).length > 0) plugins.set('response-transformer', response);
  return { plugins: [...plugins].sort(([a], [b]) => (a < b ? -1 : 1)), rewritesPrefix, broken, refuses };
}

const TERMINATION: readonly [string, PluginConfig] = [
  'request-termination',
  { status_code: REFUSED, message: 'a plugin of this route is missing' },
];

/** What is wrong with a filter of type ExtensionRef whose plugin does not exist: its rule answers with an error. */
export function missingPlugin(namespace: string, name: string): Verdict {
  return bad('BackendNotFound', `KongPlugin ${namespace}/${name} does not exist, so requests of the rule get status ${REFUSED}`);
}

/** Kong would refuse the whole document with a broken plugin. Outputs are read, as a plugin that stays sound may change. */
function pluginProblem(namespace: string, name: string, read: TrackedRead): Verdict | null {
  const output = read.output(objectUnit('KongPlugin', namespace, name));
  if (output === null) return missingPlugin(namespace, name);
  if (!output.failures.some(({ reason }) => reason === INVALID_CONFIGURATION)) return null;
  const message = `the configuration of KongPlugin ${namespace}/${name} is broken, so requests of the rule get status ${REFUSED}; mend the plugin`;
  return bad('BrokenPlugin', message);
}

function addHeaders(operations: Operations, { set = [], add = [], remove = [] }: HTTPHeaderFilter): void {
  const push = (operation: string, items: readonly string[]): void => {
    if (items.length > 0) (operations[operation] ??= {}).headers = [...(operations[operation].headers ?? []), ...items];
  };
  const pairs = (list: typeof set): string[] => list.map(({ name, value }) => `${name}:${value}`);
  push('replace', pairs(set));
  push('add', pairs(set));
  push('append', pairs(add));
  push('remove', remove);
}

function redirect({ scheme = 'http', hostname, port, path, statusCode = 302 }: HTTPRequestRedirectFilter): PluginConfig {
  const full = path?.replaceFullPath;
  const target = full ?? '/';
  const location = hostname === undefined ? target : `${scheme}://${hostname}${port === undefined ? '' : `:${port}`}${target}`;
  return { status_code: statusCode, location, keep_incoming_path: full === undefined };
}

/** @returns whether the prefix is rewritten. */
function addRewrite(operations: Operations, { hostname, path }: HTTPURLRewriteFilter, prefix: string): boolean {
  if (hostname !== undefined) addHeaders(operations, { set: [{ name: 'host', value: hostname }] });
  if (path === undefined) return false;
  const isPrefix = path.type === 'ReplacePrefixMatch';
  const uri = isPrefix ? prefixUri(trimmed(prefix), trimmed(path.replacePrefixMatch ?? '/')) : (path.replaceFullPath ?? '/');
  (operations['replace'] ??= {}).uri = uri;
  return isPrefix;
}

/** Template of the path, for paths that capture what follows the prefix. */
function prefixUri(prefix: string, replacement: string): string {
  const isRoot = prefix === '/';
  if (replacement !== '' && replacement !== '/') {
    return isRoot ? `${replacement}$(uri_captures[1] == nil and "" or "/" .. uri_captures[1])` : `${replacement}$(uri_captures[1])`;
  }
  return isRoot ? '$(uri_captures[1] == nil and "/" or "/" .. uri_captures[1])' : '$(uri_captures[1] == nil and "/" or uri_captures[1])';
}
