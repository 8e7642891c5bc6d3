import type { FormatCheck } from '../node.ts';
import { hostProblem, hostWithPortProblem, routeHostProblem, serverNameProblem, sniProblem, wildcardHostProblem } from './hostname.ts';
import { ipOrCidrProblem, ipProblem, urlProblem } from './network.ts';
import { pathProblem } from './path.ts';
import {
  cookieNameProblem,
  entityNameProblem,
  headerNameProblem,
  httpMethodProblem,
  regexProblem,
  tagProblem,
  uuidProblem,
} from './text.ts';

/** Checks of `format`, by name: Kong's field types. A format that is not here is an annotation. */
export const FORMATS: ReadonlyMap<string, FormatCheck> = new Map<string, FormatCheck>([
  ['uuid', uuidProblem],
  ['regex', regexProblem],
  ['host', hostProblem],
  ['host-with-port', hostWithPortProblem],
  ['wildcard-host', wildcardHostProblem],
  ['server-name', serverNameProblem],
  ['route-host', routeHostProblem],
  ['sni', sniProblem],
  ['ip', ipProblem],
  ['ip-or-cidr', ipOrCidrProblem],
  ['url', urlProblem],
  ['path', pathProblem],
  ['entity-name', entityNameProblem],
  ['tag', tagProblem],
  ['header-name', headerNameProblem],
  ['cookie-name', cookieNameProblem],
  ['http-method', httpMethodProblem],
]);
