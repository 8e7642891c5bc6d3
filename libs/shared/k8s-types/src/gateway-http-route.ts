import type { KubeObject } from '@gibbon/contracts/resource';

/** What a route attaches to: a Gateway, by default. */
export interface ParentReference {
  /** Default `gateway.networking.k8s.io`. */
  readonly group?: string;
  /** Default `Gateway`. */
  readonly kind?: string;
  /** Default: the route's own. */
  readonly namespace?: string;
  readonly name: string;
  /** A listener's name; absent for all of them. */
  readonly sectionName?: string;
  /** A listener's port; absent for all of them. */
  readonly port?: number;
}

/** An object that requests go to: a Service, by default; another namespace needs a ReferenceGrant there. */
export interface BackendObjectReference {
  /** Default: core. */
  readonly group?: string;
  /** Default `Service`. */
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  /** Port of the Service. */
  readonly port?: number;
}

/** A backend with its share of the requests. */
export interface HTTPBackendRef extends BackendObjectReference {
  /** 0 to 1000000, in proportion to the sum of the rule; default 1. */
  readonly weight?: number;
  /** Run for requests to this backend alone, after those of the rule. */
  readonly filters?: readonly HTTPRouteFilter[];
}

/** How a path matches. @see https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch */
export interface HTTPPathMatch {
  /** Default `PathPrefix`. */
  readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression' | (string & Record<never, never>);
  /** Default `/`. */
  readonly value?: string;
}

/** A header field or query parameter that requests must have. */
export interface HTTPValueMatch {
  /** Default `Exact`. */
  readonly type?: 'Exact' | 'RegularExpression' | (string & Record<never, never>);
  readonly name: string;
  readonly value: string;
}

/** Conditions that all must hold. */
export interface HTTPRouteMatch {
  readonly path?: HTTPPathMatch;
  readonly headers?: readonly HTTPValueMatch[];
  readonly queryParams?: readonly HTTPValueMatch[];
  readonly method?: string;
}

/** A header field to write. */
export interface HTTPHeader {
  readonly name: string;
  readonly value: string;
}

/** Changes of header fields. */
export interface HTTPHeaderFilter {
  readonly set?: readonly HTTPHeader[];
  readonly add?: readonly HTTPHeader[];
  readonly remove?: readonly string[];
}

/** What becomes of a path. */
export interface HTTPPathModifier {
  readonly type: 'ReplaceFullPath' | 'ReplacePrefixMatch' | (string & Record<never, never>);
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

/** Answers with a redirect. */
export interface HTTPRequestRedirectFilter {
  readonly scheme?: string;
  readonly hostname?: string;
  readonly path?: HTTPPathModifier;
  readonly port?: number;
  /** Default 302. */
  readonly statusCode?: number;
}

/** Changes what the backend is asked. */
export interface HTTPURLRewriteFilter {
  readonly hostname?: string;
  readonly path?: HTTPPathModifier;
}

/** Sends a copy of requests elsewhere. */
export interface HTTPRequestMirrorFilter {
  readonly backendRef: BackendObjectReference;
  /** 0 to 100. */
  readonly percent?: number;
  readonly fraction?: { readonly numerator: number; readonly denominator?: number };
}

/** Which scripts of other origins may read responses. */
export interface HTTPCORSFilter {
  readonly allowOrigins?: readonly string[];
  readonly allowCredentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  /** Seconds; default 5. */
  readonly maxAge?: number;
}

/** A step on the way of requests; the member named after the type is given. */
export interface HTTPRouteFilter {
  readonly type:
    | 'RequestHeaderModifier'
    | 'ResponseHeaderModifier'
    | 'RequestRedirect'
    | 'URLRewrite'
    | 'RequestMirror'
    | 'CORS'
    | 'ExtensionRef'
    | (string & Record<never, never>);
  readonly requestHeaderModifier?: HTTPHeaderFilter;
  readonly responseHeaderModifier?: HTTPHeaderFilter;
  readonly requestRedirect?: HTTPRequestRedirectFilter;
  readonly urlRewrite?: HTTPURLRewriteFilter;
  readonly requestMirror?: HTTPRequestMirrorFilter;
  readonly cors?: HTTPCORSFilter;
  readonly extensionRef?: { readonly group: string; readonly kind: string; readonly name: string };
}

/** Durations as GEP-2257 writes them, `1h30m`, `500ms`; `0s`: none. */
export interface HTTPRouteTimeouts {
  /** The whole transaction. */
  readonly request?: string;
  /** Each attempt on a backend. */
  readonly backendRequest?: string;
}

/** When requests are tried again. */
export interface HTTPRouteRetry {
  readonly codes?: readonly number[];
  readonly attempts?: number;
  readonly backoff?: string;
}

/** Requests that match and what becomes of them. */
export interface HTTPRouteRule {
  readonly name?: string;
  /** One of them must match; default: every path. */
  readonly matches?: readonly HTTPRouteMatch[];
  readonly filters?: readonly HTTPRouteFilter[];
  readonly backendRefs?: readonly HTTPBackendRef[];
  readonly timeouts?: HTTPRouteTimeouts;
  readonly retry?: HTTPRouteRetry;
}

/** Routes HTTP requests of Gateways. @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export interface HTTPRoute extends KubeObject {
  readonly kind: 'HTTPRoute';
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[];
    /** Names or `*.` and a name; default: those of the listeners. */
    readonly hostnames?: readonly string[];
    readonly rules?: readonly HTTPRouteRule[];
  };
}
