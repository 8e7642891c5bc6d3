import type { Route } from '@gibbon/contracts/entities';
import type { RouteProblem } from './contract.ts';
import { lowerExpression } from './expression/lower.ts';
import type { Rule } from './rule.ts';
import { lowerTraditional } from './traditional.ts';

/** Rules of one route, or why it has none. A route that this kind of listener does not serve has neither. */
export interface Lowered {
  readonly rules: readonly Rule[];
  readonly problems: readonly RouteProblem[];
}

const HTTP_PROTOCOLS: readonly string[] = ['http', 'https', 'grpc', 'grpcs'];

/** Whether HTTP listeners serve a route. */
export function isHttpRoute(route: Route): boolean {
  return route.protocols.some((protocol) => HTTP_PROTOCOLS.includes(protocol));
}

/** Lowers a route to rules: its expression where it has one, else its classic fields. A route with problems has no rules. */
export function lowerRoute(route: Route): Lowered {
  const problems: RouteProblem[] = [];
  if (!isHttpRoute(route)) return { rules: [], problems };
  const report = (field: string, message: string): void => {
    problems.push({ id: route.id, name: route.name, field, message: `route ${route.name ?? route.id}: ${message}` });
  };
  const { expression } = route;
  if (expression === null) {
    const rules = lowerTraditional(route, report);
    return { rules: problems.length > 0 ? [] : rules, problems };
  }
  const rule = lowerExpression(route, expression, (message) => report('expression', message));
  return { rules: rule === null ? [] : [rule], problems };
}
