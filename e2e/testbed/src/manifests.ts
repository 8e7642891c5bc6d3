import { ECHO_IMAGE } from '@gibbon/testbed';

/** Replicas of the echo server behind a Service. */
export function echoManifests(name: string, replicas: number, service: object = {}): string {
  const labels = { app: name };
  const variable = (variableName: string, fieldPath: string): object => ({ name: variableName, valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    name: 'echo',
    image: ECHO_IMAGE,
    imagePullPolicy: 'Never',
    env: [variable('POD_NAME', 'metadata.name'), variable('POD_NAMESPACE', 'metadata.namespace')],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 2 } },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }], ...service },
      },
    ],
  });
}
