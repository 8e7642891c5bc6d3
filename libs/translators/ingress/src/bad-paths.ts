import { normaliseEntity } from '@gibbon/model';
import { classicPaths } from './classic-paths.ts';
import type { PlannedPath, RoutePlan } from './route-plan.ts';

/** Paths that Kong refuses, with its words. */
export type BadPaths = ReadonlyMap<PlannedPath, string>;

/** The paths of a plan that Kong refuses in a classic route. */
export function badPaths(plan: RoutePlan, regexPrefix: string): BadPaths {
  const bad = new Map<PlannedPath, string>();
  const produced = plan.paths.flatMap((origin) => classicPaths(origin, regexPrefix).map((path) => ({ origin, path })));
  if (produced.length === 0) return bad;
  const result = normaliseEntity('routes', { name: 'probe', paths: produced.map(({ path }) => path) });
  if (result.ok) return bad;
  for (const { path, message } of result.problems) {
    const position = /^paths\.(\d+)/.exec(path)?.[1];
    const origin = position === undefined ? undefined : produced[Number(position) - 1]?.origin;
    if (origin !== undefined) bad.set(origin, message);
  }
  return bad;
}

/** The regular expressions of a plan that Kong refuses: within an expression nothing would say which path is wrong. */
export function badRegexes(plan: RoutePlan, regexPrefix: string): BadPaths {
  return badPaths(
    { ...plan, paths: plan.paths.filter(({ path, type }) => type === 'ImplementationSpecific' && path.startsWith(regexPrefix)) },
    regexPrefix,
  );
}
