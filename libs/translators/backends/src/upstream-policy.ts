import type { HealthyThresholds, KongUpstreamPolicy, UnhealthyThresholds, UpstreamHash, UpstreamHealthChecks } from '@gibbon/k8s-types';

/** Fields of a Kong upstream, only those that somebody set. */
export type UpstreamFields = Readonly<Record<string, unknown>>;

/** Upstream fields of a policy that say how to balance. @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongupstreampolicy */
export function balancingFields({ spec = {} }: KongUpstreamPolicy): UpstreamFields {
  const { algorithm, slots, hashOn, hashOnFallback } = spec;
  return {
    ...set('algorithm', algorithm),
    ...set('slots', slots),
    ...(hashOnFallback === undefined ? null : hashFields(hashOnFallback, 'hash_fallback')),
    ...(hashOn === undefined ? null : hashFields(hashOn, 'hash_on')),
  };
}

/** Upstream fields of a policy that say how to tell healthy targets. */
export function healthCheckFields({ spec }: KongUpstreamPolicy): UpstreamFields {
  return spec?.healthchecks === undefined ? {} : { healthchecks: healthFields(spec.healthchecks) };
}

/** Kong keeps one cookie for both hashes, so its fields have no prefix of the fallback. */
function hashFields(hash: UpstreamHash, field: 'hash_on' | 'hash_fallback'): UpstreamFields {
  const { input, header, cookie, cookiePath, queryArg, uriCapture } = hash;
  return {
    ...set(field, input),
    ...(header === undefined ? null : { [field]: 'header', [`${field}_header`]: header }),
    ...(cookie === undefined ? null : { [field]: 'cookie', hash_on_cookie: cookie }),
    ...set('hash_on_cookie_path', cookiePath),
    ...(queryArg === undefined ? null : { [field]: 'query_arg', [`${field}_query_arg`]: queryArg }),
    ...(uriCapture === undefined ? null : { [field]: 'uri_capture', [`${field}_uri_capture`]: uriCapture }),
  };
}

function healthFields({ active, passive, threshold }: UpstreamHealthChecks): UpstreamFields {
  return {
    ...set('threshold', threshold),
    ...(active === undefined
      ? null
      : {
          active: {
            ...set('type', active.type),
            ...set('concurrency', active.concurrency),
            ...set('timeout', active.timeout),
            ...set('http_path', active.httpPath),
            ...set('https_sni', active.httpsSni),
            ...set('https_verify_certificate', active.httpsVerifyCertificate),
            ...set('headers', active.headers),
            ...set('healthy', healthyFields(active.healthy)),
            ...set('unhealthy', unhealthyFields(active.unhealthy)),
          },
        }),
    ...(passive === undefined
      ? null
      : {
          passive: {
            ...set('type', passive.type),
            ...set('healthy', healthyFields(passive.healthy)),
            ...set('unhealthy', unhealthyFields(passive.unhealthy)),
          },
        }),
  };
}

function healthyFields(thresholds: HealthyThresholds | undefined): UpstreamFields | undefined {
  return (
    thresholds && {
      ...set('http_statuses', thresholds.httpStatuses),
      ...set('interval', thresholds.interval),
      ...set('successes', thresholds.successes),
    }
  );
}

function unhealthyFields(thresholds: UnhealthyThresholds | undefined): UpstreamFields | undefined {
  return (
    thresholds && {
      ...set('http_failures', thresholds.httpFailures),
      ...set('http_statuses', thresholds.httpStatuses),
      ...set('tcp_failures', thresholds.tcpFailures),
      ...set('timeouts', thresholds.timeouts),
      ...set('interval', thresholds.interval),
    }
  );
}

function set(key: string, value: unknown): UpstreamFields | null {
  return value === undefined || value === null ? null : { [key]: value };
}
