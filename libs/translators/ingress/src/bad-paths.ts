import { normaliseEntity } from '@gibbon/model';
import { classicPaths } from './classic-paths.ts';
import type { PlannedPath, RoutePlan } from './route-plan.ts';

/**
 * The paths of a plan that Kong refuses, with its words. They are tried on a classic route in either flavour: an
 * expression does not say which of its paths is wrong.
 */
export function badPaths(plan: RoutePlan, regexPrefix: string): ReadonlyMap<PlannedPath, string> {
  const bad = new Map<PlannedPath, string>();
  const produced = plan.paths.flatMap((origin) => classicPaths(origin, regexPrefix).map((path) => ({ origin, path })));
  const result = normaliseEntity('routes', { name: 'probe', paths: produced.map(({ path }) => path) });
  if (result.ok) return bad;
  for (const { path, message } of result.problems) {
    const position = /^paths\.(\d+)/.exec(path)?.[1];
    const origin = position === undefined ? undefined : produced[Number(position) - 1]?.origin;
    if (origin !== undefined) bad.set(origin, message);
  }
  return bad;
}
