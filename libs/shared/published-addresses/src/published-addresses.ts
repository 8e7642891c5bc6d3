import { isIP } from 'node:net';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import type { LoadBalancerIngress, Service } from '@gibbon/k8s-types';

/** Where clients reach proxies: each has an `ip` or a `hostname`. */
export type PublishedAddress = LoadBalancerIngress;

/**
 * Addresses of the shared proxies: `--publish-status-address` where given, those of the `--publish-service` otherwise. Empty
 * where there are none (yet).
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/cli-arguments/
 */
export function publishedAddresses(settings: ControllerSettings, read: TrackedRead): readonly PublishedAddress[] {
  const { publishStatusAddresses = [], publishService } = settings;
  if (publishStatusAddresses.length > 0)
    return publishStatusAddresses.map((text) => (isIP(text) === 0 ? { hostname: text } : { ip: text }));
  if (publishService === undefined) return [];
  const service = read.get<Service>('Service', publishService.namespace, publishService.name);
  return service === null ? [] : serviceAddresses(service);
}

/** Addresses of a Service: those of its load balancer for type `LoadBalancer`, its cluster addresses otherwise. */
export function serviceAddresses({ spec, status }: Service): readonly PublishedAddress[] {
  if (spec?.type === 'LoadBalancer') {
    return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }): PublishedAddress[] => {
      if (ip !== undefined && ip !== '') return [{ ip }];
      return hostname === undefined || hostname === '' ? [] : [{ hostname }];
    });
  }
  return (spec?.clusterIPs ?? []).filter((ip) => isIP(ip) !== 0).map((ip) => ({ ip }));
}
