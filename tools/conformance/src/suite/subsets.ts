/**
 * Parts of the suite by name. `short` touches each of status, attachment, references, matching, filters, HTTPS and changes
 * at run time once, in a few minutes with everything around it.
 */
export const SUBSETS = {
  short: [
    'GatewayClassObservedGenerationBump',
    'GatewayModifyListeners',
    'GatewaySecretReferenceGrantSpecific',
    'GatewayWithAttachedRoutes',
    'HTTPRouteCrossNamespace',
    'HTTPRouteHTTPSListener',
    'HTTPRouteInvalidNonExistentBackendRef',
    'HTTPRouteInvalidReferenceGrant',
    'HTTPRouteListenerHostnameMatching',
    'HTTPRouteMatchingAcrossRoutes',
    'HTTPRouteMethodMatching',
    'HTTPRouteRedirectPath',
    'HTTPRouteRequestHeaderModifier',
    'HTTPRouteRewritePath',
    'HTTPRouteWeight',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SubsetName = keyof typeof SUBSETS;
