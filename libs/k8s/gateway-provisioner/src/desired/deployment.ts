import { managedName, MANAGED_PORTS } from '@gibbon/gateway-attachment';
import type { Gateway } from '@gibbon/k8s-types';
import type { ManagedProxySettings } from '../settings.ts';
import { annotationsOf, labelsOf, ownedMetadata, podSelector } from './metadata.ts';
import { adminSecretName } from './admin-secret.ts';

/** What the pods are told that is no setting of theirs. */
export interface PodContext {
  readonly settings: ManagedProxySettings;
  /** Tells one authority of admin certificates from another; `null`: the Admin API has none, and speaks plain HTTP. */
  readonly authority: string | null;
}

/** On the pods: another authority takes other pods, as they read their certificates when they start. */
const AUTHORITY_ANNOTATION = 'gibbon.dev/admin-authority';
const CACHE_FOLDER = '/var/cache/gibbon';
const SECRET_FOLDER = '/etc/gibbon/admin';
/** As in the images, and no privilege in either. */
const USER_ID = 1000;
/** An ending proxy goes on to accept for this time, until load balancers and nodes have heard of it. */
const PRE_STOP_SECONDS = 5;
const GRACE_SECONDS = 30;

/**
 * The Deployment of a Gateway's proxies. Its pods do not depend on the listeners: proxies open and close ports at run time,
 * so that nothing but what concerns the pods themselves replaces them.
 */
export function deploymentOf(gateway: Gateway, context: PodContext): object {
  const { replicas } = context.settings;
  const selector = podSelector(gateway);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(gateway, managedName(gateway)),
    spec: {
      // Left out where it is not set: it then is whoever scales the Deployment's.
      ...(replicas === null ? {} : { replicas }),
      revisionHistoryLimit: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: labelsOf(gateway), annotations: { ...annotationsOf(gateway), ...authorityOf(context) } },
        spec: podSpec(gateway, context),
      },
    },
  };
}

function authorityOf({ authority }: PodContext): Readonly<Record<string, string>> {
  return authority === null ? {} : { [AUTHORITY_ANNOTATION]: authority };
}

function podSpec(gateway: Gateway, context: PodContext): object {
  const { imagePullSecrets } = context.settings;
  return {
    serviceAccountName: managedName(gateway),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
      // Listeners may have any port.
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
    },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [container(context)],
    volumes: [
      { name: 'cache', emptyDir: {} },
      ...(context.authority === null ? [] : [{ name: 'admin-tls', secret: { secretName: adminSecretName(gateway) } }]),
    ],
  };
}

function container({ settings, authority }: PodContext): object {
  const { image, imagePullPolicy } = settings;
  const probe = (path: string): object => ({ httpGet: { path, port: 'status' } });
  return {
    name: 'proxy',
    image,
    ...(imagePullPolicy === null ? {} : { imagePullPolicy }),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    env: Object.entries(variablesOf(settings, authority !== null)).map(([name, value]) => ({ name, value })),
    ports: [
      { name: 'admin', containerPort: MANAGED_PORTS.admin, protocol: 'TCP' },
      { name: 'status', containerPort: MANAGED_PORTS.status, protocol: 'TCP' },
    ],
    resources: { requests: { cpu: '50m', memory: '96Mi' } },
    // Asked every second: a new Gateway serves that much sooner.
    readinessProbe: { ...probe('/status/ready'), periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { ...probe('/status'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    // The image has no program to sleep with; the kubelet does it.
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
    volumeMounts: [
      { name: 'cache', mountPath: CACHE_FOLDER },
      ...(authority === null ? [] : [{ name: 'admin-tls', mountPath: SECRET_FOLDER, readOnly: true }]),
    ],
  };
}

function variablesOf({ workers, logLevel }: ManagedProxySettings, secure: boolean): Readonly<Record<string, string>> {
  return {
    // Every listener is the configuration's.
    GIBBON_PROXY_LISTEN: 'off',
    GIBBON_ADMIN_LISTEN: `0.0.0.0:${MANAGED_PORTS.admin}${secure ? ' ssl' : ''}`,
    GIBBON_STATUS_LISTEN: `0.0.0.0:${MANAGED_PORTS.status}`,
    GIBBON_WORKERS: String(workers),
    GIBBON_CONFIG_CACHE: `${CACHE_FOLDER}/configuration`,
    GIBBON_LOG_LEVEL: logLevel,
    GIBBON_LOG_FORMAT: 'json',
    ...(secure && {
      GIBBON_ADMIN_SSL_CERT: `${SECRET_FOLDER}/tls.crt`,
      GIBBON_ADMIN_SSL_KEY: `${SECRET_FOLDER}/tls.key`,
      GIBBON_ADMIN_SSL_CLIENT_CA: `${SECRET_FOLDER}/ca.crt`,
    }),
  };
}
