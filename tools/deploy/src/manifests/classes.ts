import { Served, text, Text, ValueText, When, type Node } from '../template/node.ts';
import { selectorOf } from './names.ts';

const PART = 'controller';
const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const UNMANAGED = 'konghq.com/gatewayclass-unmanaged';

/** The class of Ingresses that are served. */
export function ingressClassManifest(): When {
  const isDefault = new Text('{{ $.Values.ingressClass.default }}', 'false');
  return new When('ingressClass.create', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: new ValueText('ingressClass.name'),
      labels: selectorOf(PART),
      annotations: { 'ingressclass.kubernetes.io/is-default-class': text`${isDefault}` },
    },
    spec: { controller: new ValueText('ingressClass.controller') },
  });
}

/** Two classes of Gateways: with proxies of their own, and on the proxies of the release. */
export function gatewayClassManifests(): readonly Node[] {
  const shared = gatewayClass('shared', 'Gateways share the proxies of this release', { [UNMANAGED]: 'true' });
  return [gatewayClass('managed', 'Each Gateway gets proxies of its own, in its namespace'), shared];
}

function gatewayClass(kind: 'managed' | 'shared', description: string, annotations?: Readonly<Record<string, Node>>): Node {
  const manifest = {
    apiVersion: GATEWAY_API,
    kind: 'GatewayClass',
    metadata: { name: new ValueText(`gatewayClasses.${kind}`), labels: selectorOf(PART), annotations },
    spec: { controllerName: new ValueText('gatewayClasses.controllerName'), description },
  };
  return new When('gatewayClasses.create', new When(`gatewayClasses.${kind}`, new Served(GATEWAY_API, manifest)));
}
