import { bad } from '@gibbon/gateway-attachment';
import type { HTTPHeaderFilter, HTTPRequestRedirectFilter, HTTPURLRewriteFilter } from '@gibbon/k8s-types';
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
}

type Operations = Record<string, { headers?: string[]; uri?: string }>;

/** Translates filters to Kong's own plugins, as the reference controller does. */
export function kongFilters({ rule, matches, at }: PlannedRule, problems: RuleProblems): KongFilters {
  const plugins = new Map<string, PluginConfig>();
  const request: Operations = {};
  const response: Operations = {};
  let rewritesPrefix = false;
  let broken = false;
  for (const [index, { type, requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, extensionRef }] of (
    rule.filters ?? []
  ).entries()) {
    if (type === 'RequestHeaderModifier' && requestHeaderModifier) addHeaders(request, requestHeaderModifier);
    else if (type === 'ResponseHeaderModifier' && responseHeaderModifier) addHeaders(response, responseHeaderModifier);
    else if (type === 'RequestRedirect' && requestRedirect && requestRedirect.path?.type !== 'ReplacePrefixMatch')
      plugins.set('redirect', redirect(requestRedirect));
    else if (type === 'URLRewrite' && urlRewrite)
      rewritesPrefix = addRewrite(request, urlRewrite, matches[0]?.path.value ?? '/') || rewritesPrefix;
    else if (type !== 'ExtensionRef' || extensionRef?.kind !== 'KongPlugin') {
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
  if (Object.keys(request).length > 0) plugins.set('request-transformer', request);
  if (Object.keys(response).length > 0) plugins.set('response-transformer', response);
  return { plugins: [...plugins].sort(([a], [b]) => (a < b ? -1 : 1)), rewritesPrefix, broken };
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
