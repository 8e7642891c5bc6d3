import type { ControllerSettings, TargetProfile } from '@gibbon/contracts/translator';

/** What decides which features there are. */
export interface FeatureSituation {
  /** Whether Gateways of the class have proxies of their own. */
  readonly managed: boolean;
  readonly target: Pick<TargetProfile, 'kind' | 'routerFlavor'>;
  readonly gatewayPorts: ControllerSettings['gatewayPorts'];
}

/**
 * Features of the Gateway API that Gateways of a class have, by their names in its conformance tests, sorted.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#supportedfeature
 */
export function supportedFeatures({ managed, target, gatewayPorts }: FeatureSituation): readonly string[] {
  const features = target.kind === 'gibbon' ? [...ALWAYS, ...GIBBON] : [...ALWAYS];
  if (target.kind === 'kong' && target.routerFlavor === 'expressions') features.push('HTTPRouteQueryParamMatching');
  if (managed) features.push(...MANAGED);
  const opens8080 = gatewayPorts === undefined || gatewayPorts.some(({ port, protocol }) => port === 8_080 && protocol === 'HTTP');
  if (managed || (target.kind === 'gibbon' && opens8080)) features.push('GatewayPort8080');
  return features.sort();
}

/** With whatever proxies. */
const ALWAYS: readonly string[] = [
  'Gateway',
  'HTTPRoute',
  'HTTPRouteBackendTimeout',
  'HTTPRouteHostRewrite',
  'HTTPRouteMethodMatching',
  'HTTPRouteNamedRouteRule',
  'HTTPRoutePathRewrite',
  'HTTPRouteResponseHeaderModification',
  'ReferenceGrant',
];

/** With proxies of our own. HTTPRouteRetry and HTTPRouteRetryBackendTimeout are the names of the API before v1.7. */
const GIBBON: readonly string[] = [
  'GatewayHTTPListenerIsolation',
  'GatewayRouteHostnameIntersectionPrecedence',
  'HTTPRoute303RedirectStatusCode',
  'HTTPRoute307RedirectStatusCode',
  'HTTPRoute308RedirectStatusCode',
  'HTTPRouteBackendProtocolWebSocket',
  'HTTPRouteBackendRequestHeaderModification',
  'HTTPRouteBackendURLRewrite',
  'HTTPRouteCORS',
  'HTTPRouteDestinationPortMatching',
  'HTTPRouteParentRefPort',
  'HTTPRoutePathRedirect',
  'HTTPRoutePortRedirect',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestMirror',
  'HTTPRouteRequestMultipleMirrors',
  'HTTPRouteRequestPercentageMirror',
  'HTTPRouteRequestTimeout',
  'HTTPRouteRetry',
  'HTTPRouteRetryBackendTimeout',
  'HTTPRouteRetryCodes',
  'HTTPRouteRetryConnectionError',
  'HTTPRouteSchemeRedirect',
];

/** With proxies of the Gateway's own. */
const MANAGED: readonly string[] = ['GatewayAddressEmpty', 'GatewayInfrastructure', 'GatewayStaticAddresses'];
