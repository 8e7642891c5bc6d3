import { pluginReferences } from '@gibbon/annotations';
import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import { namespaceOf, OBJECT_NAME, ObjectCheck, type KongConsumer } from '@gibbon/k8s-types';

/** What the schema of KongConsumer refuses. */
export function checkConsumer(object: KubeObject): readonly ConfigProblem[] {
  const consumer = object as KongConsumer;
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  check.text(consumer.username, 'username');
  check.text(consumer.custom_id, 'custom_id');
  if (!consumer.username && !consumer.custom_id)
    check.problem('username', 'required; expected `username` or `custom_id`, at the top of the object');
  check.texts(consumer.credentials, 'credentials', 'the name of a Secret', OBJECT_NAME);
  check.texts(consumer.consumerGroups, 'consumerGroups', 'the name of a KongConsumerGroup', OBJECT_NAME);
  return check.problems;
}

/** The credential Secrets, groups and plugins that a KongConsumer names. */
export function consumerReferences(object: KubeObject): readonly ObjectRef[] {
  const { credentials = [], consumerGroups = [] } = object as KongConsumer;
  const namespace = namespaceOf(object);
  return [
    ...credentials.map((name) => ({ kind: 'Secret', namespace, name })),
    ...consumerGroups.map((name) => ({ kind: 'KongConsumerGroup', namespace, name })),
    ...boundPlugins(object),
  ];
}

/** The plugins that an object's annotation names, by both kinds that a bare name may mean. */
export function boundPlugins(object: KubeObject): readonly ObjectRef[] {
  return pluginReferences(object).flatMap(({ namespace, name, explicit }) => [
    { kind: 'KongPlugin', namespace, name },
    ...(explicit ? [] : [{ kind: 'KongClusterPlugin', namespace: '', name }]),
  ]);
}
