import type { Setting } from './setting.ts';
import { checkNamespacedName } from './texts.ts';

/** Which proxies of a cluster a controller finds, and which it makes. */
export const CLUSTER_PROXY_SETTINGS: readonly Setting[] = [
  {
    flag: 'proxy-service',
    type: 'text',
    placeholder: 'NAMESPACE/NAME',
    summary: 'Service of the Admin APIs of proxies: each Pod behind it is configured, as soon as it is there; with --kubernetes',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_SVC'],
    check: checkNamespacedName,
    commands: ['controller'],
  },
  {
    flag: 'proxy-service-port-names',
    type: 'list',
    placeholder: 'NAME',
    summary:
      'Names that the port of the Admin API may have in --proxy-service, the preferred ones first; those that end in -tls, and port 8444, speak TLS',
    default: 'admin-tls,kong-admin-tls,admin,kong-admin',
    variables: ['CONTROLLER_KONG_ADMIN_SVC_PORT_NAMES'],
    commands: ['controller'],
  },
  {
    flag: 'admin-identity-secret',
    type: 'text',
    placeholder: 'NAME',
    summary:
      "Secret in the controller's namespace with certificates by which controller and proxies know each other, made when there is none. Proxies of --proxy-service have them only where this is set. Default: gibbon-admin-identity with --managed-gateways, none without",
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'proxy-certificate-secret',
    type: 'text',
    placeholder: 'NAME',
    summary:
      'Secret in the namespace of --proxy-service for its proxies to mount, with a certificate of --admin-identity-secret; made when there is none, renewed when it is of another identity',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'managed-gateways',
    type: 'switch',
    placeholder: '',
    summary:
      'Give each Gateway proxies of its own, unless its GatewayClass has the annotation konghq.com/gatewayclass-unmanaged; with --kubernetes and --managed-proxy-image',
    default: 'false',
    commands: ['controller'],
  },
  {
    flag: 'managed-proxy-image',
    type: 'text',
    placeholder: 'IMAGE',
    summary: 'Image of the proxies of managed Gateways',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'managed-proxy-pull-policy',
    type: 'choice',
    placeholder: 'POLICY',
    choices: ['Always', 'IfNotPresent', 'Never'],
    summary: 'When nodes pull the image of --managed-proxy-image. Default: as Kubernetes decides',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'managed-proxy-pull-secret',
    type: 'list',
    placeholder: 'NAME',
    summary: 'Secret for the registry of --managed-proxy-image, which has to be in the namespace of each Gateway; repeatable',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'managed-proxy-replicas',
    type: 'integer',
    placeholder: 'N',
    range: [1, 1000],
    summary: 'Proxies of each managed Gateway. Default: one, unless an autoscaler or somebody else scales its Deployment',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'managed-proxy-workers',
    type: 'integer',
    placeholder: 'N',
    range: [0, 60],
    summary: 'Threads with which each proxy of a managed Gateway serves requests; 0 serves them in its main thread, with the least memory',
    default: '0',
    commands: ['controller'],
  },
];
