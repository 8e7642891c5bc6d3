import { GATEWAY_CONTROLLER_NAME, type ControllerSettings } from '@gibbon/contracts/translator';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { BUNDLE_DEFINITION, BUNDLE_VERSION_ANNOTATION } from '@gibbon/gateway-attachment';
import { GATEWAY_GROUP, ObjectCheck, slimObject, type GatewayClass } from '@gibbon/k8s-types';
import { checkGateway, checkGatewayClass } from './gateway-check.ts';
import { checkReferenceGrant } from './grant-check.ts';
import { gatewayReferences, httpRouteReferences } from './references.ts';
import { checkHttpRoute } from './route-check.ts';

/**
 * The kinds of the Gateway API. Classes of other controllers never enter. Gateways and routes all do: whose they are depends
 * on the class, which translators read, so that a class that appears later takes effect at once.
 */
export function gatewayKinds(settings: ControllerSettings): readonly ResourceKind[] {
  const ours = settings.gatewayControllerNames ?? [GATEWAY_CONTROLLER_NAME];
  const common = { group: GATEWAY_GROUP, normalise: normaliseGatewayObject };
  return [
    {
      ...common,
      versions: ['v1', 'v1beta1'],
      kind: 'GatewayClass',
      plural: 'gatewayclasses',
      namespaced: false,
      writesStatus: true,
      admit: (object) => ours.includes((object as GatewayClass).spec?.controllerName),
      validate: checkGatewayClass,
    },
    {
      ...common,
      versions: ['v1', 'v1beta1'],
      kind: 'Gateway',
      plural: 'gateways',
      namespaced: true,
      writesStatus: true,
      validate: checkGateway,
      references: gatewayReferences,
    },
    {
      ...common,
      versions: ['v1', 'v1beta1'],
      kind: 'HTTPRoute',
      plural: 'httproutes',
      namespaced: true,
      writesStatus: true,
      validate: checkHttpRoute,
      references: httpRouteReferences,
    },
    {
      ...common,
      versions: ['v1', 'v1beta1'],
      kind: 'ReferenceGrant',
      plural: 'referencegrants',
      namespaced: true,
      validate: checkReferenceGrant,
    },
    DEFINITION,
  ];
}

/** The one definition that tells which release of the Gateway API the cluster has. */
const DEFINITION: ResourceKind = {
  group: 'apiextensions.k8s.io',
  versions: ['v1'],
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
  select: { fields: `metadata.name=${BUNDLE_DEFINITION}` },
  admit: ({ metadata }) => metadata.name === BUNDLE_DEFINITION,
  validate: ({ metadata }) => {
    const check = new ObjectCheck();
    check.metadata(metadata);
    return check.problems;
  },
  normalise: ({ apiVersion, kind, metadata: { name, annotations } }) => {
    const version = annotations?.[BUNDLE_VERSION_ANNOTATION];
    return { apiVersion, kind, metadata: { name, annotations: version === undefined ? {} : { [BUNDLE_VERSION_ANNOTATION]: version } } };
  },
};

/**
 * Without the resourceVersion: a write of a status changes it and nothing that translators read, and would translate every
 * route of a Gateway again.
 */
function normaliseGatewayObject(object: KubeObject): KubeObject {
  const slim = slimObject(object);
  if (slim.metadata.resourceVersion === undefined) return slim;
  const { resourceVersion: _version, ...metadata } = slim.metadata;
  return { ...slim, metadata };
}
