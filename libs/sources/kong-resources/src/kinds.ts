import { classMatch } from '@gibbon/annotations';
import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { ObjectCheck, slimObject } from '@gibbon/k8s-types';
import { boundPlugins, checkConsumer, consumerReferences } from './consumer-check.ts';
import { CONSUMER_DEFINITION, CONSUMER_GROUP_DEFINITION } from './definitions/consumer.ts';
import { KONG_INGRESS_DEFINITION } from './definitions/kong-ingress.ts';
import { pluginDefinition } from './definitions/plugin.ts';
import { UPSTREAM_POLICY_DEFINITION } from './definitions/upstream-policy.ts';
import { checkPlugin, pluginSecrets } from './plugin-check.ts';
import { checkPolicy } from './policy-check.ts';

type Shape = Pick<ResourceKind, 'kind' | 'plural' | 'versions' | 'namespaced' | 'validate' | 'definition'> & Partial<ResourceKind>;

/** What Services name in annotations. */
const SETTINGS_OF_SERVICES: readonly Shape[] = [
  {
    kind: 'KongUpstreamPolicy',
    plural: 'kongupstreampolicies',
    versions: ['v1beta1'],
    namespaced: true,
    writesStatus: true,
    definition: UPSTREAM_POLICY_DEFINITION,
    validate: checkPolicy,
  },
  {
    kind: 'KongIngress',
    plural: 'kongingresses',
    versions: ['v1'],
    namespaced: true,
    definition: KONG_INGRESS_DEFINITION,
    validate: checkKongIngress,
  },
];

/**
 * Kong's own resources.
 *
 * Consumers, groups and cluster plugins of another ingress class never enter; those without a class do, because the
 * IngressClass object decides about them. Plugins and policies have no class: they matter when something names them.
 */
export function kongKinds(settings: ControllerSettings): readonly ResourceKind[] {
  const admit = (object: KubeObject): boolean => classMatch(object, settings) !== 'foreign';
  const shapes: readonly Shape[] = [
    {
      kind: 'KongPlugin',
      plural: 'kongplugins',
      versions: ['v1'],
      namespaced: true,
      definition: pluginDefinition(false),
      validate: (object) => checkPlugin(object, false),
      references: pluginSecrets,
    },
    {
      kind: 'KongClusterPlugin',
      plural: 'kongclusterplugins',
      versions: ['v1'],
      namespaced: false,
      definition: pluginDefinition(true),
      validate: (object) => checkPlugin(object, true),
      references: pluginSecrets,
      admit,
    },
    {
      kind: 'KongConsumer',
      plural: 'kongconsumers',
      versions: ['v1'],
      namespaced: true,
      writesStatus: true,
      definition: CONSUMER_DEFINITION,
      validate: checkConsumer,
      references: consumerReferences,
      admit,
    },
    {
      kind: 'KongConsumerGroup',
      plural: 'kongconsumergroups',
      versions: ['v1beta1'],
      namespaced: true,
      writesStatus: true,
      definition: CONSUMER_GROUP_DEFINITION,
      validate: checkMetadata,
      references: boundPlugins,
      admit,
    },
    ...SETTINGS_OF_SERVICES,
  ];
  return shapes.map((shape) => ({ ...shape, group: 'configuration.konghq.com', normalise: slimObject }));
}

function checkMetadata(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  return check.problems;
}

function checkKongIngress(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  const fields = object as unknown as Readonly<Record<string, unknown>>;
  check.metadata(object.metadata);
  check.record(fields['upstream'], 'upstream');
  if (fields['proxy'] !== undefined) check.problem('proxy', 'no longer supported; expected annotations of the Service instead');
  if (fields['route'] !== undefined) check.problem('route', 'no longer supported; expected annotations of the Ingress instead');
  return check.problems;
}
