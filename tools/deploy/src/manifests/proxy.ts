import { OptionalValue, Value, ValueText, When, type Node } from '../template/node.ts';
import { ADMIN_NAME, metadataOf, PROXY_CERTIFICATE, selectorOf } from './names.ts';
import { variableOf, variablesFor } from './settings.ts';
import { deployment, disruptionBudget, serviceAccount } from './workload.ts';

const PART = 'proxy';

/** Ports of a proxy's container. */
export const PROXY_PORTS = { http: 8000, https: 8443, admin: 8444, status: 8100 } as const;

const CACHE_FOLDER = '/var/cache/gibbon';
const CERTIFICATE_FOLDER = '/etc/gibbon/admin-tls';

/** The data plane: proxies behind one Service, and a headless one by which controllers find each of them. */
export function proxyManifests(): readonly Node[] {
  return [serviceAccount(PART), proxyDeployment(), trafficService(), adminService(), adminNetworkPolicy(), disruptionBudget(PART)];
}

function proxyDeployment(): Node {
  const { http, https, admin, status } = PROXY_PORTS;
  return deployment({
    part: PART,
    // It gets its configuration from controllers: nothing in the cluster is for it to read.
    usesApi: false,
    variables: [
      ...variablesFor(PART, {
        'proxy-listen': `0.0.0.0:${http}, 0.0.0.0:${https} ssl`,
        'admin-listen': `0.0.0.0:${admin} ssl`,
        'admin-ssl-cert': `${CERTIFICATE_FOLDER}/tls.crt`,
        'admin-ssl-key': `${CERTIFICATE_FOLDER}/tls.key`,
        'admin-ssl-client-ca': `${CERTIFICATE_FOLDER}/ca.crt`,
        'status-listen': `0.0.0.0:${status}`,
        'config-cache': `${CACHE_FOLDER}/configuration`,
        workers: new ValueText('proxy.workers'),
        'log-level': new ValueText('logLevel'),
        'log-format': 'json',
      }),
      new When('proxy.trustedIps', { name: variableOf(PART, 'trusted-ips'), value: new ValueText('proxy.trustedIps', true) }),
    ],
    ports: PROXY_PORTS,
    pod: {
      terminationGracePeriodSeconds: new Value('proxy.terminationGracePeriodSeconds'),
      // The Secret is made by a controller; pods wait for it.
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'admin-tls', secret: { secretName: PROXY_CERTIFICATE } },
      ],
    },
    container: {
      // A container that is started again in its pod serves what it served before, whether a controller is there or not.
      volumeMounts: [
        { name: 'cache', mountPath: CACHE_FOLDER },
        { name: 'admin-tls', mountPath: CERTIFICATE_FOLDER, readOnly: true },
      ],
      // Ready when it listens and has a configuration, and not any more as soon as it is told to end.
      readinessProbe: { httpGet: { path: '/status/ready', port: 'status' }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 2 },
      livenessProbe: { httpGet: { path: '/status', port: 'status' }, periodSeconds: 10, timeoutSeconds: 5 },
      // The image has no program to sleep with; the kubelet does it.
      lifecycle: new When('proxy.preStopSeconds', { preStop: { sleep: { seconds: new Value('proxy.preStopSeconds') } } }),
    },
  });
}

function trafficService(): Node {
  const optional = (name: string): OptionalValue => new OptionalValue(`proxy.service.${name}`);
  const port = (name: 'http' | 'https'): Node => ({
    name,
    port: new Value(`proxy.service.${name}Port`),
    targetPort: name,
    protocol: 'TCP',
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(PART, { annotations: optional('annotations') }),
    spec: {
      type: new ValueText('proxy.service.type'),
      externalTrafficPolicy: optional('externalTrafficPolicy'),
      loadBalancerClass: optional('loadBalancerClass'),
      loadBalancerSourceRanges: optional('loadBalancerSourceRanges'),
      selector: selectorOf(PART),
      ports: [port('http'), port('https')],
    },
  };
}

/** Headless: every proxy gets the configuration, those that are not ready because they have none included. */
function adminService(): Node {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadataOf(PART), name: ADMIN_NAME },
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorOf(PART),
      ports: [{ name: 'admin-tls', port: PROXY_PORTS.admin, targetPort: 'admin', protocol: 'TCP' }],
    },
  };
}

function adminNetworkPolicy(): When {
  const { admin, ...open } = PROXY_PORTS;
  return new When('proxy.adminNetworkPolicy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { ...metadataOf(PART), name: ADMIN_NAME },
    spec: {
      podSelector: { matchLabels: selectorOf(PART) },
      policyTypes: ['Ingress'],
      ingress: [
        { ports: Object.values(open).map((port) => ({ port, protocol: 'TCP' })) },
        { from: [{ podSelector: { matchLabels: selectorOf('controller') } }], ports: [{ port: admin, protocol: 'TCP' }] },
      ],
    },
  });
}
