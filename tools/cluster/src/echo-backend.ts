import { ECHO_IMAGE } from '@gibbon/testbed';

/** Of a container: what a namespace with the pod security standard `restricted` wants. */
export const RESTRICTED = Object.freeze({
  runAsNonRoot: true,
  runAsUser: 1000,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
});

/** A backend made of the testbed's echo server, which says which pod answered. */
export interface EchoBackend {
  /** Of Deployment, Service and the label `app`. */
  readonly name: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** Default 1. */
  readonly replicas?: number;
  /** Ports of the Service, all of which lead to the same pods. Default 80. */
  readonly ports?: readonly number[];
  /** How long a pod goes on accepting after it is told to end, so that nobody who does not know yet is refused. Default 3000. */
  readonly drainMs?: number;
}

/** Deployment and Service of a backend. The pods end as well-behaved ones do: they accept until everybody has heard that they go. */
export function echoBackend({ name, namespace = 'default', replicas = 1, ports = [80], drainMs = 3000 }: EchoBackend): readonly object[] {
  const labels = { app: name };
  const field = (variable: string, fieldPath: string): object => ({ name: variable, valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    name: 'echo',
    image: ECHO_IMAGE,
    imagePullPolicy: 'Never',
    env: [
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      { name: 'SHUTDOWN_DELAY_MS', value: String(drainMs) },
    ],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    securityContext: RESTRICTED,
  };
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const terminationGracePeriodSeconds = Math.ceil(drainMs / 1000) + 5;
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas,
        strategy,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: labels, ports: ports.map((port) => ({ name: `port-${port}`, port, targetPort: 8080 })) },
    },
  ];
}
