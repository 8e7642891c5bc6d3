import { USER_ID, workspaceVersion } from '@gibbon/image';
import { defaultOf } from '../chart/values.ts';
import { OptionalValue, Text, Value, ValueText, VariablesOf, When, type Node } from '../template/node.ts';
import { metadataOf, nameOf, selectorOf, type Part } from './names.ts';

/** What differs between the two Deployments. */
export interface WorkloadOptions {
  readonly part: Part;
  readonly variables: readonly Node[];
  /** Ports of the container by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Further fields of the container, such as probes. */
  readonly container?: Readonly<Record<string, Node>>;
  /** Further fields of the pod. */
  readonly pod?: Readonly<Record<string, Node>>;
  /** Whether the pods talk to the API server. */
  readonly usesApi: boolean;
}

/** The Deployment of a part, with everything that makes its pods harmless. */
export function deployment(options: WorkloadOptions): Node {
  const { part } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(part),
    spec: {
      replicas: new Value(`${part}.replicas`),
      // A new pod is there before an old one goes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf(part) },
      template: {
        metadata: { labels: selectorOf(part), annotations: new OptionalValue(`${part}.podAnnotations`) },
        spec: podSpec(options),
      },
    },
  };
}

function podSpec({ part, usesApi, pod = {}, ...options }: WorkloadOptions): Node {
  const optional = (name: string): OptionalValue => new OptionalValue(`${part}.${name}`);
  return {
    serviceAccountName: nameOf(part),
    automountServiceAccountToken: usesApi,
    enableServiceLinks: false,
    imagePullSecrets: new OptionalValue('image.pullSecrets'),
    priorityClassName: optional('priorityClassName'),
    securityContext: { runAsNonRoot: true, runAsUser: USER_ID, runAsGroup: USER_ID, seccompProfile: { type: 'RuntimeDefault' } },
    ...pod,
    containers: [container({ part, usesApi, ...options })],
    nodeSelector: optional('nodeSelector'),
    tolerations: optional('tolerations'),
    affinity: optional('affinity'),
    topologySpreadConstraints: optional('topologySpreadConstraints'),
  };
}

function container({ part, variables, ports, container: more = {} }: WorkloadOptions): Node {
  const listed = Object.entries(ports).map(([name, containerPort]): Node => ({ name, containerPort, protocol: 'TCP' }));
  return {
    name: part,
    image: imageOf(part),
    imagePullPolicy: new ValueText('image.pullPolicy'),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    env: [...variables, new VariablesOf(`${part}.env`)],
    envFrom: new OptionalValue(`${part}.envFrom`),
    ports: listed.length > 0 ? listed : undefined,
    resources: new OptionalValue(`${part}.resources`),
    ...more,
  };
}

/** Reference of a part's image. */
export function imageOf(part: Part): Text {
  const plain = `${String(defaultOf('image.registry'))}/${part}:${workspaceVersion()}`;
  return new Text(`{{ $.Values.image.registry }}/${part}:{{ $.Values.image.tag | default $.Chart.AppVersion }}`, plain);
}

/** The ServiceAccount of a part. */
export function serviceAccount(part: Part): Node {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(part, { annotations: new OptionalValue(`${part}.serviceAccountAnnotations`) }),
    automountServiceAccountToken: false,
  };
}

/** Evictions take one pod of a part at a time. */
export function disruptionBudget(part: Part): When {
  return new When(`${part}.podDisruptionBudget.enabled`, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(part),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(part) } },
  });
}
