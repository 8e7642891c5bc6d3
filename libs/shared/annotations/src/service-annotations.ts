import type { Protocol } from '@gibbon/contracts/entities';
import { KONG_PREFIX, type Annotation } from './annotation.ts';
import { isProtocol } from './route-annotations.ts';
import { booleanAnnotation, integerAnnotation, listAnnotation, textAnnotation } from './values.ts';

const MAX_TIMEOUT_MS = 2_147_483_646;

/** Protocol that the service speaks; default `http`. */
export const PROTOCOL_OF_SERVICE: Annotation<Protocol> = {
  key: `${KONG_PREFIX}/protocol`,
  expected: 'one of grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp',
  parse: (text) => (isProtocol(text) ? text : null),
};
/** Prefix of every path that the service sees; default `/`. */
export const SERVICE_PATH = textAnnotation('path', 'a path that begins with "/"', /^\//);
/** Milliseconds; default 60000. */
export const CONNECT_TIMEOUT = integerAnnotation('connect-timeout', 'milliseconds', 1, MAX_TIMEOUT_MS);
/** Milliseconds; default 60000. */
export const READ_TIMEOUT = integerAnnotation('read-timeout', 'milliseconds', 1, MAX_TIMEOUT_MS);
/** Milliseconds; default 60000. */
export const WRITE_TIMEOUT = integerAnnotation('write-timeout', 'milliseconds', 1, MAX_TIMEOUT_MS);
/** Attempts beyond the first; default 5. */
export const RETRIES = integerAnnotation('retries', 'an integer', 0, 32_767);
/** Whether the service's certificate is checked; default as the gateway is set. */
export const TLS_VERIFY = booleanAnnotation('tls-verify');
/** Longest certificate chain. */
export const TLS_VERIFY_DEPTH = integerAnnotation('tls-verify-depth', 'an integer', 0, 64);
/** Secrets with certificate authorities, in the Service's namespace. */
export const CA_CERTIFICATES_SECRETS = listAnnotation('ca-certificates-secrets', 'a list of Secret names');
/** ConfigMaps with certificate authorities, in the Service's namespace. */
export const CA_CERTIFICATES_CONFIGMAPS = listAnnotation('ca-certificates-configmaps', 'a list of ConfigMap names');
/** Secret with the certificate that the gateway shows the service, in the Service's namespace. */
export const CLIENT_CERT = textAnnotation('client-cert', 'the name of a Secret of type kubernetes.io/tls');
/** Host header that the service sees. */
export const HOST_HEADER = textAnnotation('host-header', 'a host name with an optional port');
/** KongUpstreamPolicy of the Service's namespace. */
export const UPSTREAM_POLICY = textAnnotation('upstream-policy', 'the name of a KongUpstreamPolicy');
/** KongIngress of the Service's namespace; deprecated. */
export const OVERRIDE = textAnnotation('override', 'the name of a KongIngress');

/** Sends requests to the Service's own address, so that something else balances (a mesh). */
export const SERVICE_UPSTREAM: Annotation<boolean> = {
  ...booleanAnnotation('service-upstream'),
  key: 'ingress.kubernetes.io/service-upstream',
};
