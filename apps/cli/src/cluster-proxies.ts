import type { ClusterOptions } from '@gibbon/controller';
import type { Values } from './resolve.ts';
import { readNamespacedName } from './settings/texts.ts';

type ProxiesOptions = NonNullable<ClusterOptions['proxies']>;

/** Secret of the certificates for managed Gateways, unless a setting names another. */
export const IDENTITY_SECRET = 'gibbon-admin-identity';

/** Whether proxies of the cluster are found or made. */
export function hasClusterProxies(values: Values): boolean {
  return values['proxy-service'] !== null || values['managed-gateways'] === true;
}

/** What the settings about proxies of the cluster lack, or `null`. */
export function clusterProxiesProblem(values: Values): string | null {
  if (!hasClusterProxies(values)) return null;
  const flag = values['managed-gateways'] === true ? '--managed-gateways' : '--proxy-service';
  if (values['kubernetes'] !== true) return `${flag} goes with --kubernetes: it is on a cluster that proxies are found`;
  if (values['once'] === true)
    return `--once goes with --publish URL or --output FILE, and not with ${flag}: proxies are found as they come`;
  if (values['managed-gateways'] === true && values['managed-proxy-image'] === null)
    return '--managed-proxy-image IMAGE is missing: what the proxies of --managed-gateways run';
  if (values['proxy-certificate-secret'] !== null && (values['proxy-service'] === null || values['admin-identity-secret'] === null))
    return '--proxy-certificate-secret goes with --proxy-service and --admin-identity-secret: whose certificate, and who issues it';
  return null;
}

/** The proxies of the cluster that the settings ask for. */
export function clusterProxiesOf(values: Values): ProxiesOptions | null {
  if (!hasClusterProxies(values)) return null;
  const isManaging = values['managed-gateways'] === true;
  const secret = values['admin-identity-secret'] as string | null;
  return {
    service: serviceOf(values, secret !== null),
    managed: isManaging ? managedOf(values) : null,
    identitySecret: secret ?? (isManaging ? IDENTITY_SECRET : ''),
    namespaces: values['watch-namespaces'] as readonly string[],
  };
}

function serviceOf(values: Values, usesIdentity: boolean): ProxiesOptions['service'] {
  const service = readNamespacedName((values['proxy-service'] as string | null) ?? '');
  if (service === null) return null;
  const { namespace, name } = service;
  const certificateSecret = values['proxy-certificate-secret'] as string | null;
  return {
    namespace,
    name,
    portNames: values['proxy-service-port-names'] as readonly string[],
    // The name by which the reference controller knows proxies whose certificates are made for it.
    servername: values['publish-servername'] === null ? `pod.${name}.${namespace}.svc` : null,
    usesIdentity,
    ...(certificateSecret === null ? {} : { certificateSecret }),
  };
}

function managedOf(values: Values): NonNullable<ProxiesOptions['managed']> {
  return {
    image: values['managed-proxy-image'] as string,
    imagePullPolicy: values['managed-proxy-pull-policy'] as 'Always' | 'IfNotPresent' | 'Never' | null,
    imagePullSecrets: values['managed-proxy-pull-secret'] as readonly string[],
    replicas: values['managed-proxy-replicas'] as number | null,
    workers: values['managed-proxy-workers'] as number,
    logLevel: values['log-level'] as string,
  };
}
