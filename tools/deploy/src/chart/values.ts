import { GATEWAY_CONTROLLER_NAME } from '@gibbon/contracts/translator';
import { imageName } from '@gibbon/image';

/** One value of the chart. */
export interface ChartValue {
  /** Dotted path, e.g. `proxy.replicas`. */
  readonly path: string;
  readonly default: unknown;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** Values that both Deployments have, under their own names. */
function workload(part: 'controller' | 'proxy', memory: string): readonly ChartValue[] {
  const at = (name: string): string => `${part}.${name}`;
  return [
    { path: at('env'), default: {}, description: 'More variables by name; any `GIBBON_*` setting of `docs/reference/settings.md`.' },
    { path: at('envFrom'), default: [], description: 'ConfigMaps and Secrets whose keys are variables, as in a container.' },
    { path: at('resources'), default: { requests: { cpu: '100m', memory } }, description: 'Requests and limits.' },
    { path: at('podAnnotations'), default: {}, description: 'Annotations of the pods.' },
    { path: at('serviceAccountAnnotations'), default: {}, description: 'Annotations of the ServiceAccount.' },
    { path: at('priorityClassName'), default: '', description: 'PriorityClass of the pods.' },
    { path: at('nodeSelector'), default: {}, description: 'Labels of nodes that the pods may run on.' },
    { path: at('tolerations'), default: [], description: 'Taints that the pods tolerate.' },
    { path: at('affinity'), default: {}, description: 'Affinity of the pods.' },
    { path: at('topologySpreadConstraints'), default: [], description: 'How the pods spread.' },
    { path: at('podDisruptionBudget.enabled'), default: true, description: 'Whether evictions leave all pods but one.' },
  ];
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Every value of the chart, in the order in which values.yaml shows them. values.yaml, its schema and the README come from here. */
export const VALUES: readonly ChartValue[] = [
  {
    path: 'image.registry',
    default: imageName('proxy', '').split('/')[0],
    description: 'Where the images are: `<registry>/controller` and `<registry>/proxy`.',
  },
  { path: 'image.tag', default: '', description: 'Tag of the images; empty for the version of the chart.' },
  {
    path: 'image.pullPolicy',
    default: 'IfNotPresent',
    description: 'When images are pulled.',
    choices: ['Always', 'IfNotPresent', 'Never'],
  },
  { path: 'image.pullSecrets', default: [], description: 'Secrets for the registry, e.g. `[{ name: registry }]`.' },
  { path: 'logLevel', default: 'info', description: 'Least severe lines in the logs.', choices: LEVELS },
  { path: 'ingressClass.create', default: true, description: 'Whether the IngressClass is part of the release.' },
  { path: 'ingressClass.name', default: 'kong', description: 'Ingress class that is served.' },
  {
    path: 'ingressClass.controller',
    default: 'ingress-controllers.konghq.com/kong',
    description: '`spec.controller` of the IngressClasses that are served.',
  },
  { path: 'ingressClass.default', default: false, description: 'Whether Ingresses without a class are served.' },
  {
    path: 'gatewayClasses.create',
    default: true,
    description: 'Whether the GatewayClasses are part of the release, in clusters that know the Gateway API.',
  },
  { path: 'gatewayClasses.managed', default: 'gibbon', description: 'Class of Gateways that get proxies of their own; empty for none.' },
  { path: 'gatewayClasses.shared', default: 'kong', description: 'Class of Gateways on the proxies of this release; empty for none.' },
  {
    path: 'gatewayClasses.controllerName',
    default: GATEWAY_CONTROLLER_NAME,
    description: '`spec.controllerName` of the GatewayClasses that are served.',
  },
  {
    path: 'managedGateways.enabled',
    default: true,
    description: 'Whether Gateways get proxies of their own, unless their class is a shared one.',
  },
  {
    path: 'managedGateways.replicas',
    default: 0,
    description: 'Proxies of each such Gateway; 0 for one to begin with, and as many as somebody scales its Deployment to.',
  },
  {
    path: 'managedGateways.workers',
    default: 0,
    description: 'Threads of such a proxy that serve requests; 0 for its main thread, with the least memory.',
  },
  { path: 'controller.replicas', default: 2, description: 'Controllers; one of them writes statuses, the others are warm.' },
  {
    path: 'controller.watchNamespaces',
    default: [],
    description: 'Namespaces whose objects are read, that of the release being one, with permissions in these alone; empty for all.',
  },
  ...workload('controller', '128Mi'),
  { path: 'proxy.replicas', default: 2, description: 'Proxies.' },
  { path: 'proxy.workers', default: 'auto', description: 'Threads of a proxy that serve requests; `auto` for one per core.' },
  { path: 'proxy.trustedIps', default: [], description: 'Peers whose `X-Forwarded-*` fields are believed, as CIDRs.' },
  {
    path: 'proxy.service.type',
    default: 'LoadBalancer',
    description: 'Type of the Service that takes traffic.',
    choices: ['ClusterIP', 'LoadBalancer', 'NodePort'],
  },
  { path: 'proxy.service.annotations', default: {}, description: 'Annotations of that Service.' },
  {
    path: 'proxy.service.loadBalancerClass',
    default: '',
    description: 'Implementation of the load balancer; empty for the one of the cluster.',
  },
  { path: 'proxy.service.loadBalancerSourceRanges', default: [], description: 'Clients that the load balancer lets in, as CIDRs.' },
  {
    path: 'proxy.service.externalTrafficPolicy',
    default: '',
    description: '`Local` keeps the address of clients; not for `ClusterIP`.',
    choices: ['', 'Cluster', 'Local'],
  },
  { path: 'proxy.service.httpPort', default: 80, description: 'Port for HTTP.' },
  { path: 'proxy.service.httpsPort', default: 443, description: 'Port for HTTPS.' },
  {
    path: 'proxy.adminNetworkPolicy',
    default: true,
    description: 'Whether a NetworkPolicy keeps the Admin API to the controllers.',
  },
  {
    path: 'proxy.preStopSeconds',
    default: 5,
    description: 'How long an ending proxy goes on accepting, until load balancers have heard of it.',
  },
  { path: 'proxy.terminationGracePeriodSeconds', default: 30, description: 'How long an ending proxy may take in all.' },
  ...workload('proxy', '256Mi'),
];

const BY_PATH: ReadonlyMap<string, ChartValue> = new Map(VALUES.map((value) => [value.path, value]));

/** The default of a value. @throws Error for a path that the table lacks. */
export function defaultOf(path: string): unknown {
  const value = BY_PATH.get(path);
  if (value === undefined) throw new Error(`the chart has no value ${path}`);
  return value.default;
}
