/** Reference to another entity. */
export interface EntityRef {
  readonly id: string;
}

/** Fields that every entity has. */
export interface EntityBase {
  /** UUID, lower case. */
  readonly id: string;
  readonly tags: readonly string[] | null;
  /** Seconds since the epoch; for targets seconds with a fraction. `null` where the producer does not know. */
  readonly created_at: number | null;
  readonly updated_at: number | null;
}

/** A protocol of services and routes. */
export type Protocol = 'grpc' | 'grpcs' | 'http' | 'https' | 'tcp' | 'tls' | 'tls_passthrough' | 'udp';

/**
 * Where requests go: an upstream (by its name as host), a host name or an address.
 * @see https://developer.konghq.com/gateway/entities/service/
 */
export interface Service extends EntityBase {
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly path: string | null;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Milliseconds. */
  readonly connect_timeout: number;
  /** Milliseconds between two writes. */
  readonly write_timeout: number;
  /** Milliseconds between two reads. */
  readonly read_timeout: number;
  readonly client_certificate: EntityRef | null;
  readonly tls_verify: boolean | null;
  readonly tls_verify_depth: number | null;
  readonly ca_certificates: readonly string[] | null;
  readonly enabled: boolean;
}

/** A source or destination that a stream route matches. */
export interface RouteAddress {
  readonly ip: string | null;
  readonly port: number | null;
}

/**
 * Which requests go to a service.
 * @see https://developer.konghq.com/gateway/entities/route/
 */
export interface Route extends EntityBase {
  readonly name: string | null;
  readonly service: EntityRef | null;
  readonly protocols: readonly Protocol[];
  readonly methods: readonly string[] | null;
  readonly hosts: readonly string[] | null;
  /** Prefixes (`/a`) and regular expressions (`~/a/\d+`). */
  readonly paths: readonly string[] | null;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  readonly snis: readonly string[] | null;
  readonly sources: readonly RouteAddress[] | null;
  readonly destinations: readonly RouteAddress[] | null;
  readonly regex_priority: number;
  readonly path_handling: 'v0' | 'v1';
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly request_buffering: boolean;
  readonly response_buffering: boolean;
  readonly https_redirect_status_code: 426 | 301 | 302 | 307 | 308;
  /** Expressions flavour only. */
  readonly expression: string | null;
  /** Expressions flavour only. */
  readonly priority: number | null;
}

/** What `hash_on` and `hash_fallback` may name. */
export type HashOn = 'none' | 'consumer' | 'ip' | 'header' | 'cookie' | 'path' | 'query_arg' | 'uri_capture';

/** Type of a health check. */
export type HealthCheckType = 'tcp' | 'http' | 'https' | 'grpc' | 'grpcs';

/** Active probes. Intervals and timeout in seconds; 0 = off. Counts 0 to 255; 0 = off. */
export interface ActiveHealthChecks {
  readonly type: HealthCheckType;
  readonly timeout: number;
  readonly concurrency: number;
  readonly http_path: string;
  readonly https_sni: string | null;
  readonly https_verify_certificate: boolean;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  readonly healthy: { readonly interval: number; readonly http_statuses: readonly number[]; readonly successes: number };
  readonly unhealthy: {
    readonly interval: number;
    readonly http_statuses: readonly number[];
    readonly tcp_failures: number;
    readonly timeouts: number;
    readonly http_failures: number;
  };
}

/** Circuit breaking on proxied traffic. */
export interface PassiveHealthChecks {
  readonly type: HealthCheckType;
  readonly healthy: { readonly http_statuses: readonly number[]; readonly successes: number };
  readonly unhealthy: {
    readonly http_statuses: readonly number[];
    readonly tcp_failures: number;
    readonly timeouts: number;
    readonly http_failures: number;
  };
}

/** Health checks of an upstream. */
export interface HealthChecks {
  /** Percent of weight that must be available for the upstream to be healthy. */
  readonly threshold: number;
  readonly active: ActiveHealthChecks;
  readonly passive: PassiveHealthChecks;
}

/**
 * A virtual host with targets to balance over.
 * @see https://developer.konghq.com/gateway/entities/upstream/
 */
export interface Upstream extends EntityBase {
  readonly name: string;
  /** Name of a balancer module; Kong's are `round-robin`, `consistent-hashing`, `least-connections`, `latency`. */
  readonly algorithm: string;
  readonly hash_on: HashOn;
  readonly hash_fallback: HashOn;
  readonly hash_on_header: string | null;
  readonly hash_fallback_header: string | null;
  readonly hash_on_cookie: string | null;
  readonly hash_on_cookie_path: string;
  readonly hash_on_query_arg: string | null;
  readonly hash_fallback_query_arg: string | null;
  readonly hash_on_uri_capture: string | null;
  readonly hash_fallback_uri_capture: string | null;
  readonly slots: number;
  readonly healthchecks: HealthChecks;
  readonly host_header: string | null;
  readonly client_certificate: EntityRef | null;
  readonly use_srv_name: boolean;
  /** Gibbon's extension: configuration of the balancer module beyond Kong's fields. */
  readonly balancer_config: Readonly<Record<string, unknown>> | null;
}

/** A backend instance. */
export interface Target extends EntityBase {
  readonly upstream: EntityRef;
  /** `host`, `host:port` or `[v6]:port`; port 8000 when absent. */
  readonly target: string;
  /** 0 to 65535; 0 takes it out. */
  readonly weight: number;
}

/** Whoever makes requests. */
export interface Consumer extends EntityBase {
  readonly username: string | null;
  readonly custom_id: string | null;
}

/** An API key of a consumer. */
export interface KeyAuthCredential extends EntityBase {
  readonly consumer: EntityRef;
  readonly key: string;
  /** Seconds to live, or `null`. */
  readonly ttl: number | null;
}

/** A user name and password of a consumer, as the basic-auth plugin reads them. */
export interface BasicAuthCredential extends EntityBase {
  readonly consumer: EntityRef;
  readonly username: string;
  /** In a data plane the lower-case hex SHA-1 of the password followed by the consumer's id; in clear everywhere else. */
  readonly password: string;
}

/** A user name and shared secret of a consumer, as the hmac-auth plugin reads them. */
export interface HmacAuthCredential extends EntityBase {
  readonly consumer: EntityRef;
  readonly username: string;
  /** `null` before a data plane has drawn one: nobody knows it then. */
  readonly secret: string | null;
}

/** How the tokens of a JWT credential are signed. */
export type JwtAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'EdDSA';

/** What the tokens of a consumer are verified with, as the jwt plugin reads it. */
export interface JwtSecret extends EntityBase {
  readonly consumer: EntityRef;
  /** What a token's claim (`iss` by default) says to be verified with this. */
  readonly key: string;
  /** Of the HS algorithms. `null` before a data plane has drawn one: nobody knows it then. */
  readonly secret: string | null;
  /** PEM. Of the other algorithms, whatever its name says. */
  readonly rsa_public_key: string | null;
  readonly algorithm: JwtAlgorithm;
}

/** A client application of a consumer, as the oauth2 plugin reads it. */
export interface OAuth2Credential extends EntityBase {
  readonly consumer: EntityRef;
  /** Of the application. */
  readonly name: string;
  readonly client_id: string;
  /**
   * `null` before a data plane has drawn one: nobody knows it then. With `hash_secret` a data plane keeps a PBKDF2 hash,
   * `$pbkdf2-sha512$i=10000,l=32$<salt>$<hash>` (both Base64 without padding); it is in clear everywhere else.
   */
  readonly client_secret: string | null;
  readonly hash_secret: boolean;
  readonly redirect_uris: readonly string[] | null;
  readonly client_type: 'confidential' | 'public';
}

/** A group of a consumer, as the acl plugin reads it. */
export interface Acl extends EntityBase {
  readonly consumer: EntityRef;
  readonly group: string;
}

/** A server or client certificate, PEM. */
export interface Certificate extends EntityBase {
  readonly cert: string;
  readonly key: string;
  readonly cert_alt: string | null;
  readonly key_alt: string | null;
}

/** A TLS server name that a certificate serves. */
export interface Sni extends EntityBase {
  /** A host name, with `*` for its first or last label or alone; `:port` after it, Gibbon's own, is for connections to that port, and goes first there. */
  readonly name: string;
  readonly certificate: EntityRef;
}

/** A trusted certificate authority, PEM. */
export interface CaCertificate extends EntityBase {
  readonly cert: string;
  /** SHA-256, hex. */
  readonly cert_digest: string;
}

/** A plugin with its configuration and what it applies to; all three references `null` = everything. */
export interface PluginEntity extends EntityBase {
  /** Kong's plugin name, the name of a plugin module. */
  readonly name: string;
  readonly instance_name: string | null;
  readonly route: EntityRef | null;
  readonly service: EntityRef | null;
  readonly consumer: EntityRef | null;
  /** Complete: the plugin's defaults are filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly protocols: readonly Protocol[];
  readonly enabled: boolean;
}

/**
 * A socket that the data plane opens besides those of its settings, and closes when the entity goes. Gibbon's own: a Kong
 * has none. Several objects may want the same socket; it is open while one does.
 */
export interface Listener extends EntityBase {
  /** `http-8080`: what it is known by; protocol and port. */
  readonly name: string;
  readonly protocol: 'http' | 'https';
  /** IP address to listen on, without brackets. Default `0.0.0.0`. */
  readonly host: string;
  readonly port: number;
}
