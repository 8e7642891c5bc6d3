import { objectTags } from '@gibbon/annotations';
import { EVERYTHING, hostPredicate, joined, literal, matchPredicates, pathPredicate, PLAIN_HEADER, PLAIN_QUERY } from './expression.ts';
import { tagsOf, routeName } from './gibbon-routes.ts';
import type { PluginConfig } from './filter-configs.ts';
import type { KongFilters } from './kong-filters.ts';
import type { KongRoutesContext, KongRule } from './kong-routes.ts';
import type { PlannedMatch, PlannedRule } from './plan.ts';
import { priorityOf, trimmed } from './precedence.ts';

/** A route of a Kong service. */
export interface KongRoute {
  readonly name: string;
  readonly fields: PluginConfig;
  readonly tags: readonly string[];
  readonly plugins: KongFilters['plugins'];
  readonly at: string;
}

/** The routes of the rules of one service, in the flavour of the target. */
export function kongRoutes(context: KongRoutesContext, rules: readonly KongRule[]): readonly KongRoute[] {
  return context.target.routerFlavor === 'expressions' ? expressionRoutes(context, rules) : classicRoutes(context, rules);
}

function expressionRoutes({ route, served, read }: KongRoutesContext, rules: readonly KongRule[]): readonly KongRoute[] {
  const tags = objectTags(route);
  return served.hosts.flatMap((host) =>
    rules.flatMap(({ planned, filters }) =>
      supported(planned).map((match) => {
        const path = planned.matchesAll ? '' : filters.rewritesPrefix ? capturingPredicate(match) : pathPredicate(match.path);
        const expression = joined('&&', [hostPredicate(host.effective), path, ...matchPredicates(match, 'queries')]) || EVERYTHING;
        const priority = priorityOf(route, host.own, { rule: planned.index, match }, read);
        return {
          name: routeName(route, host.effective, planned, match),
          fields: { expression, priority },
          tags: tagsOf(tags, planned),
          plugins: filters.plugins,
          at: placeOf(planned, match),
        };
      }),
    ),
  );
}

function capturingPredicate({ path }: PlannedMatch): string {
  const prefix = trimmed(path.value);
  const pattern = prefix === '/' ? '^/(.*)' : `^${prefix}(/.*)`;
  return joined('||', [`http.path == ${literal(prefix)}`, `http.path ~ ${literal(pattern)}`]);
}

interface ClassicGroup {
  readonly members: { readonly planned: PlannedRule; readonly match: PlannedMatch }[];
  readonly filters: KongFilters;
}

/** Matches that differ in nothing but the path are one route. */
function classicRoutes({ route, served }: KongRoutesContext, rules: readonly KongRule[]): readonly KongRoute[] {
  const groups = new Map<string, ClassicGroup>();
  for (const { planned, filters } of rules) {
    for (const match of supported(planned).filter(({ queryParams }) => queryParams.length === 0)) {
      const headers = match.headers.map(({ type = 'Exact', name, value }) => JSON.stringify([name.toLowerCase(), type, value])).sort();
      const alone = planned.matchesAll ? planned.index : null;
      const key = JSON.stringify([planned.rule.filters ?? [], match.method, headers, alone]);
      groups.getOrInsertComputed(key, () => ({ members: [], filters })).members.push({ planned, match });
    }
  }
  const hosts = served.hosts.map(({ effective }) => effective);
  const protocols = [...new Set(served.listeners.map(({ scheme }) => scheme))].sort();
  return [...groups.values()].map(({ members, filters }): KongRoute => {
    const [{ planned, match }] = members as [ClassicGroup['members'][number], ...ClassicGroup['members']];
    const names = [...new Set(members.map(({ planned: { rule } }) => rule.name).filter((name) => name !== undefined))];
    const fields = {
      ...(hosts.length === 0 || hosts.includes('') ? null : { hosts }),
      protocols,
      ...(match.method === null ? null : { methods: [match.method] }),
      ...(match.headers.length === 0 ? null : { headers: headerField(match) }),
      ...(planned.matchesAll ? null : { paths: members.flatMap((member) => classicPaths(member.match, filters)) }),
    };
    const tags = [...objectTags(route), ...names.map((name) => `k8s-named-route-rule:${name}`)];
    const [namespace = '', name] = [route.metadata.namespace, route.metadata.name];
    return {
      name: `httproute.${namespace}.${name}.${planned.index}.${match.index}`,
      fields,
      tags,
      plugins: filters.plugins,
      at: placeOf(planned, match),
    };
  });
}

function headerField({ headers }: PlannedMatch): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(headers.map(({ type = 'Exact', name, value }) => [name, [type === 'Exact' ? value : `~*${value}`]]));
}

function classicPaths({ path: { type, value } }: PlannedMatch, { rewritesPrefix }: KongFilters): readonly string[] {
  if (type === 'Exact') return [`~${value}$`];
  if (type === 'RegularExpression') return [`~${value}`];
  const prefix = trimmed(value);
  if (rewritesPrefix) return [`~${prefix}$`, prefix === '/' ? '~/(.*)' : `~${prefix}(/.*)`];
  return [`~${prefix}$`, prefix === '/' ? '/' : `${prefix}/`];
}

function supported({ matches }: PlannedRule): readonly PlannedMatch[] {
  return matches.filter((match) => kongProblem(match) === null);
}

/** What of a match Kong cannot serve, or `null`. */
export function kongProblem({ unsupported, headers, queryParams }: PlannedMatch): string | null {
  if (unsupported !== null) return unsupported;
  const header = headers.find(({ name }) => !PLAIN_HEADER.test(name));
  if (header !== undefined)
    return `Kong cannot match header "${header.name}"; expected letters, digits, "-" and "_", or the profile gibbon`;
  const param = queryParams.find(({ name }) => !PLAIN_QUERY.test(name));
  return param === undefined
    ? null
    : `Kong cannot match query parameter "${param.name}"; expected letters, digits, "_" and ".", or the profile gibbon`;
}

function placeOf({ at }: PlannedRule, { index }: PlannedMatch): string {
  return `${at}.matches.${index + 1}`;
}
