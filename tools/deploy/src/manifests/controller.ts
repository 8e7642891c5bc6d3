import { text, Text, ValueText, When, type Node } from '../template/node.ts';
import { defaultOf } from '../chart/values.ts';
import { ADMIN_NAME, constant, IDENTITY, nameOf, NAMESPACE, PROXY_CERTIFICATE } from './names.ts';
import { PROXY_PORTS } from './proxy.ts';
import { variableOf, variablesFor } from './settings.ts';
import { deployment, disruptionBudget, imageOf, serviceAccount } from './workload.ts';

const PART = 'controller';

/** Ports of a controller's container. */
const CONTROLLER_PORTS = { health: 10254, metrics: 10255 } as const;

/** The control plane. */
export function controllerManifests(): readonly Node[] {
  return [serviceAccount(PART), controllerDeployment(), disruptionBudget(PART)];
}

function controllerDeployment(): Node {
  return deployment({
    part: PART,
    usesApi: true,
    variables: [
      ...variablesFor(PART, {
        kubernetes: 'true',
        'ingress-class': new ValueText('ingressClass.name'),
        'ingress-class-controller': new ValueText('ingressClass.controller'),
        'gateway-controller-name': new ValueText('gatewayClasses.controllerName'),
        'gateway-ports': text`${gatewayPort('HTTP')},${gatewayPort('HTTPS')}`,
        'publish-service': text`${NAMESPACE}/${nameOf('proxy')}`,
        'proxy-service': text`${NAMESPACE}/${ADMIN_NAME}`,
        'admin-identity-secret': IDENTITY,
        'proxy-certificate-secret': PROXY_CERTIFICATE,
        target: 'gibbon',
        'health-listen': `0.0.0.0:${CONTROLLER_PORTS.health}`,
        'metrics-listen': `0.0.0.0:${CONTROLLER_PORTS.metrics}`,
        'log-level': new ValueText('logLevel'),
        'log-format': 'json',
      }),
      ...managedVariables(),
      new When('controller.watchNamespaces', {
        name: variableOf(PART, 'watch-namespaces'),
        value: new ValueText('controller.watchNamespaces', true),
      }),
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_NAMESPACE', 'metadata.namespace'),
    ],
    ports: CONTROLLER_PORTS,
    container: {
      // Ready when it has translated all that there is: a rolling update leaves the old leader until then.
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 2 },
      livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 10, timeoutSeconds: 5 },
    },
  });
}

/** How Gateways get proxies of their own. */
function managedVariables(): readonly Node[] {
  const when = (path: string, flag: string, value: Node): Node => new When(path, { name: variableOf(PART, flag), value });
  const managed = 'managedGateways.enabled';
  return [
    when(managed, 'managed-gateways', 'true'),
    when(managed, 'managed-proxy-image', imageOf('proxy')),
    when(managed, 'managed-proxy-pull-policy', new ValueText('image.pullPolicy')),
    when('image.pullSecrets', 'managed-proxy-pull-secret', PULL_SECRETS),
    when('managedGateways.replicas', 'managed-proxy-replicas', new ValueText('managedGateways.replicas')),
    when('managedGateways.workers', 'managed-proxy-workers', new ValueText('managedGateways.workers')),
  ];
}

/** Names of the Secrets for the registry, with commas. */
const PULL_SECRETS = new Text(
  '{{ range $index, $secret := $.Values.image.pullSecrets }}{{ if $index }},{{ end }}{{ $secret.name }}{{ end }}',
  '',
);

function fieldVariable(name: string, fieldPath: string): Node {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** A port of the shared proxies as clients see it, and what it leads to. */
function gatewayPort(protocol: 'HTTP' | 'HTTPS'): Text {
  const name = protocol.toLowerCase() as 'http' | 'https';
  const path = `proxy.service.${name}Port`;
  return text`${constant(protocol)}:${new Text(`{{ $.Values.${path} }}`, String(defaultOf(path)))}:${constant(String(PROXY_PORTS[name]))}`;
}
