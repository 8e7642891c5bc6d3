import { annotationField, HOST_ALIASES, METHODS, PATH_HANDLING, PROTOCOLS_OF_ROUTE, REGEX_PRIORITY, SNIS } from '@gibbon/annotations';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { controllerEntityId } from '@gibbon/model';
import { classicPaths } from './classic-paths.ts';
import { expressionOf, priorityOf, type ExpressionMatch } from './expression.ts';
import type { PlannedPath, RoutePlan } from './route-plan.ts';
import { isGrpc, type RouteSettings } from './route-settings.ts';

/** Fields of a Kong route, to be completed. */
export type RouteInput = Readonly<Record<string, unknown>>;

/** The route of a plan, in the flavour of the target. */
export function routeInput(plan: RoutePlan, serviceId: string, settings: RouteSettings, target: TargetProfile): RouteInput {
  return {
    ...commonFields(plan.name, serviceId, settings),
    ...(target.routerFlavor === 'expressions' ? expressionFields(plan, settings) : classicFields(plan, settings)),
  };
}

/** The route to the default backend: everything that no other route takes. */
export function defaultRouteInput(name: string, serviceId: string, settings: RouteSettings, target: TargetProfile): RouteInput {
  const common = commonFields(name, serviceId, settings);
  if (target.routerFlavor !== 'expressions') return { ...common, paths: ['/'], ...classicSettings(settings, settings.hostAliases) };
  return { ...common, expression: expressionOf(matchOf(settings.hostAliases, [EVERY_PATH], settings)), priority: 0 };
}

const EVERY_PATH: PlannedPath = { path: '/', type: 'Prefix', at: 'spec.defaultBackend' };

function commonFields(name: string, serviceId: string, settings: RouteSettings): RouteInput {
  const grpc = settings.protocols?.some(isGrpc) === true;
  return {
    id: controllerEntityId('routes', name),
    name,
    service: { id: serviceId },
    ...(settings.protocols === null ? null : { protocols: settings.protocols }),
    strip_path: settings.stripPath && !grpc,
    preserve_host: settings.preserveHost,
    request_buffering: settings.requestBuffering,
    response_buffering: settings.responseBuffering,
    https_redirect_status_code: settings.redirectStatusCode,
    tags: settings.tags,
  };
}

function classicFields(plan: RoutePlan, settings: RouteSettings): RouteInput {
  return {
    paths: plan.paths.flatMap((path) => classicPaths(path, settings.regexPrefix)),
    ...classicSettings(settings, hostsOf(plan, settings)),
  };
}

function classicSettings(settings: RouteSettings, hosts: readonly string[]): RouteInput {
  return {
    regex_priority: settings.regexPriority,
    path_handling: settings.pathHandling,
    ...(hosts.length === 0 ? null : { hosts }),
    ...(settings.methods.length === 0 ? null : { methods: settings.methods }),
    ...(settings.snis.length === 0 ? null : { snis: settings.snis }),
    ...(Object.keys(settings.headers).length === 0 ? null : { headers: settings.headers }),
  };
}

function expressionFields(plan: RoutePlan, settings: RouteSettings): RouteInput {
  const match = matchOf(hostsOf(plan, settings), plan.paths, settings);
  return { expression: expressionOf(match), priority: priorityOf(match) };
}

function matchOf(
  hosts: readonly string[],
  paths: readonly PlannedPath[],
  { headers, methods, snis, regexPrefix }: RouteSettings,
): ExpressionMatch {
  return { hosts, paths, headers, methods, snis, regexPrefix };
}

function hostsOf(plan: RoutePlan, { hostAliases }: RouteSettings): readonly string[] {
  return [...new Set(plan.host === '' ? hostAliases : [plan.host, ...hostAliases])];
}

const ANNOTATIONS_OF_FIELDS: Readonly<Record<string, string>> = {
  methods: METHODS.key,
  snis: SNIS.key,
  protocols: PROTOCOLS_OF_ROUTE.key,
  regex_priority: REGEX_PRIORITY.key,
  path_handling: PATH_HANDLING.key,
  headers: 'konghq.com/headers',
  tags: 'konghq.com/tags',
};

/** Where the value of a route's field stands in the Ingress. */
export function locateRouteField(plan: RoutePlan | null, path: string): string {
  const field = path.split('.', 1)[0] ?? '';
  if (field === 'hosts') return plan !== null && plan.host !== '' && path === 'hosts.1' ? plan.hostAt : annotationField(HOST_ALIASES.key);
  const key = ANNOTATIONS_OF_FIELDS[field];
  if (key !== undefined) return annotationField(key);
  return plan?.paths.length === 1 ? (plan.paths[0]?.at ?? '') : '';
}
