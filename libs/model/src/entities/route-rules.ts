import type { Route } from '@gibbon/contracts/entities';
import { isSet } from '@gibbon/schema';
import type { EntityContext, EntityProblem } from './definition.ts';

/** Protocols that may stand together on a route. */
const FAMILIES = [
  { members: ['http', 'https'], name: "'http', 'https'" },
  { members: ['tcp', 'tls', 'udp'], name: "'tcp', 'tls', 'udp'" },
  { members: ['tls_passthrough'], name: "'tls_passthrough'" },
  { members: ['grpc', 'grpcs'], name: "'grpc', 'grpcs'" },
] as const;

const CARRIES_SNI = ['grpcs', 'https', 'tls', 'tls_passthrough'];

type Field = 'methods' | 'hosts' | 'headers' | 'paths' | 'snis' | 'sources' | 'destinations' | 'expression';

/** Rules on a route by its protocols and by the router flavour, with Kong's messages. */
export function checkRoute(route: Route, surroundings: EntityContext): readonly EntityProblem[] {
  const context = surroundings.routerFlavor === 'both' ? { ...surroundings, routerFlavor: flavorOf(route) } : surroundings;
  const problems: EntityProblem[] = [];
  if (route.headers !== null && Object.keys(route.headers).some((name) => name.toLowerCase() === 'host')) {
    problems.push(field('headers', "cannot contain 'host' header, which must be specified in the 'hosts' attribute"));
  }
  const families = FAMILIES.filter(({ members }) => route.protocols.some((protocol) => (members as readonly string[]).includes(protocol)));
  if (families.length > 1) {
    const sets = families.map(({ name }) => `(${name})`).join(', ');
    problems.push(field('protocols', `these sets are mutually exclusive: ${sets}`));
  } else {
    problems.push(...checkFamily(route, context));
  }
  if (isSet(route.snis) && !route.protocols.some((protocol) => CARRIES_SNI.includes(protocol))) {
    problems.push(field('snis', 'length must be 0'));
    problems.push(record("'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"));
  }
  problems.push(...checkFlavor(route, context));
  return problems;
}

/** The flavour that a route is written for. */
function flavorOf({ expression }: Route): EntityContext['routerFlavor'] {
  return expression === null ? 'traditional_compatible' : 'expressions';
}

function checkFamily(route: Route, context: EntityContext): EntityProblem[] {
  const expressions = context.routerFlavor === 'expressions';
  const has = (protocol: Route['protocols'][number]): boolean => route.protocols.includes(protocol);
  const need = (fields: readonly Field[], protocols: string): EntityProblem[] =>
    needOne(route, expressions ? [...fields, 'expression'] : fields, protocols);
  switch (route.protocols[0]) {
    case 'http':
    case 'https': {
      const forbidden = expressions ? [] : forbid(route, ['sources', 'destinations'], "'http' or 'https'");
      if (has('https')) return [...forbidden, ...need(['methods', 'hosts', 'headers', 'paths', 'snis'], "'https'")];
      return [...forbidden, ...need(['methods', 'hosts', 'headers', 'paths'], "'http'")];
    }
    case 'grpc':
    case 'grpcs': {
      const problems = forbid(route, ['methods', 'sources', 'destinations'], "'grpc' or 'grpcs'");
      if (route.strip_path) problems.push(field('strip_path', "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"));
      if (has('grpcs')) return [...problems, ...need(['hosts', 'headers', 'paths', 'snis'], "'grpcs'")];
      return [...problems, ...need(['hosts', 'headers', 'paths'], "'grpc'")];
    }
    case 'tls_passthrough': {
      const problems = forbid(route, ['methods', 'hosts', 'paths', 'headers'], STREAM);
      if (!isSet(route.snis) && !(expressions && isSet(route.expression)))
        problems.push(record("must set snis when 'protocols' is 'tls_passthrough'"));
      return problems;
    }
    default:
      return [
        ...forbid(route, ['methods', 'hosts', 'paths', 'headers'], STREAM),
        ...need(['sources', 'destinations', 'snis'], "'tcp', 'tls' or 'udp'"),
      ];
  }
}

const STREAM = "'tcp', 'tls', 'tls_passthrough' or 'udp'";

function forbid(route: Route, fields: readonly Field[], protocols: string): EntityProblem[] {
  return fields.filter((name) => route[name] !== null).map((name) => field(name, `cannot set '${name}' when 'protocols' is ${protocols}`));
}

function needOne(route: Route, fields: readonly Field[], protocols: string): EntityProblem[] {
  if (fields.some((name) => isSet(route[name]))) return [];
  return [record(`must set one of ${fields.map((name) => `'${name}'`).join(', ')} when 'protocols' is ${protocols}`)];
}

/** `expression` and `priority` belong to the expressions flavour, where they replace the other fields. */
function checkFlavor(route: Route, context: EntityContext): EntityProblem[] {
  if (context.routerFlavor !== 'expressions') {
    return (['expression', 'priority'] as const).filter((name) => route[name] !== null).map((name) => field(name, 'unknown field'));
  }
  const matches = (['methods', 'hosts', 'paths', 'headers', 'snis', 'sources', 'destinations'] as const).some((name) => isSet(route[name]));
  const others = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations'";
  const problems: EntityProblem[] = [];
  if (route.expression !== null) {
    if (matches) problems.push(flavour(`cannot set 'expression' with ${others} simultaneously`));
    if (route.regex_priority !== 0) problems.push(flavour("cannot set 'regex_priority' with 'expression' simultaneously"));
  } else if (matches && (route.priority ?? 0) !== 0) {
    problems.push(flavour(`cannot set 'priority' with ${others} simultaneously`));
  }
  return problems;
}

function flavour(message: string): EntityProblem {
  return record(`Router Expression failed validation: ${message}`);
}

function field(path: string, message: string): EntityProblem {
  return { path, message, scope: 'field' };
}

function record(message: string): EntityProblem {
  return { path: '', message, scope: 'record' };
}
