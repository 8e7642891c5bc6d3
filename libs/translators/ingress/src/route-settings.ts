import {
  annotationField,
  annotationText,
  FORCE_SSL_REDIRECT,
  headerMatches,
  HOST_ALIASES,
  HTTPS_REDIRECT_STATUS_CODE,
  METHODS,
  objectTags,
  PATH_HANDLING,
  PRESERVE_HOST,
  PROTOCOLS_OF_ROUTE,
  REGEX_PREFIX,
  REGEX_PRIORITY,
  REQUEST_BUFFERING,
  RESPONSE_BUFFERING,
  SNIS,
  STRIP_PATH,
  type Draft,
  type RedirectStatusCode,
} from '@gibbon/annotations';
import type { Protocol } from '@gibbon/contracts/entities';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { refOf, type Ingress } from '@gibbon/k8s-types';
import { DEFAULT_REGEX_PREFIX } from './classic-paths.ts';

/** What the annotations of an Ingress say about each of its routes. */
export interface RouteSettings {
  /** `null`: Kong's default, http and https. */
  readonly protocols: readonly Protocol[] | null;
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  readonly requestBuffering: boolean;
  readonly responseBuffering: boolean;
  readonly redirectStatusCode: RedirectStatusCode;
  readonly regexPriority: number;
  readonly pathHandling: 'v0' | 'v1';
  readonly methods: readonly string[];
  readonly snis: readonly string[];
  readonly hostAliases: readonly string[];
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly regexPrefix: string;
  readonly tags: readonly string[];
}

/** Annotations that only classic routes have a field for. */
const CLASSIC_ONLY = [REGEX_PRIORITY, PATH_HANDLING] as const;

/** Reads the annotations once for all routes of an Ingress; notes those that cannot be understood or have no effect. */
export function routeSettings(draft: Draft, ingress: Ingress, target: TargetProfile): RouteSettings {
  const { headers, failures } = headerMatches(ingress);
  draft.fail(...failures);
  const forceSsl = draft.annotation(ingress, FORCE_SSL_REDIRECT) === true;
  if (target.routerFlavor === 'expressions') noteWithoutEffect(draft, ingress);
  const protocols = draft.annotation(ingress, PROTOCOLS_OF_ROUTE) ?? (forceSsl ? (['https'] as const) : null);
  return {
    protocols: coherentProtocols(protocols),
    stripPath: draft.annotation(ingress, STRIP_PATH) ?? false,
    preserveHost: draft.annotation(ingress, PRESERVE_HOST) ?? true,
    requestBuffering: draft.annotation(ingress, REQUEST_BUFFERING) ?? true,
    responseBuffering: draft.annotation(ingress, RESPONSE_BUFFERING) ?? true,
    redirectStatusCode: draft.annotation(ingress, HTTPS_REDIRECT_STATUS_CODE) ?? (forceSsl ? 302 : 426),
    regexPriority: draft.annotation(ingress, REGEX_PRIORITY) ?? 0,
    pathHandling: draft.annotation(ingress, PATH_HANDLING) ?? 'v0',
    methods: draft.annotation(ingress, METHODS) ?? [],
    snis: draft.annotation(ingress, SNIS) ?? [],
    hostAliases: draft.annotation(ingress, HOST_ALIASES) ?? [],
    headers,
    regexPrefix: draft.annotation(ingress, REGEX_PREFIX) ?? DEFAULT_REGEX_PREFIX,
    tags: objectTags(ingress),
  };
}

/** A route is for gRPC or for HTTP: one that names both is for HTTP. */
function coherentProtocols(protocols: readonly Protocol[] | null): readonly Protocol[] | null {
  if (protocols === null || !protocols.some(isGrpc)) return protocols;
  return protocols.some((protocol) => protocol === 'http' || protocol === 'https') ? ['http', 'https'] : protocols;
}

/** Whether a protocol is gRPC, over which Kong strips no paths. */
export function isGrpc(protocol: Protocol): boolean {
  return protocol === 'grpc' || protocol === 'grpcs';
}

function noteWithoutEffect(draft: Draft, ingress: Ingress): void {
  for (const { key } of CLASSIC_ONLY) {
    if (!annotationText(ingress, key)) continue;
    draft.fail({
      refs: [refOf(ingress)],
      field: annotationField(key),
      reason: 'UnsupportedAnnotation',
      message: `${key} has no effect: routes of the expressions flavour have no such field; expected it only with the traditional_compatible flavour`,
    });
  }
}
