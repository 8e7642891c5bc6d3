import {
  annotationField,
  belongsToClass,
  brokenPlugins,
  Draft,
  objectTags,
  pluginBindingUnit,
  pluginReferences,
  PLUGINS_KEY,
  programmedStatus,
  type Normalise,
} from '@gibbon/annotations';
import type { Consumer } from '@gibbon/contracts/entities';
import {
  EMPTY_OUTPUT,
  type ControllerSettings,
  type TargetProfile,
  type TrackedRead,
  type TranslationOutput,
  type Unit,
} from '@gibbon/contracts/translator';
import { namespaceOf, refOf, type KongConsumer, type KongConsumerGroup, type Secret } from '@gibbon/k8s-types';
import { controllerEntityId, entityId } from '@gibbon/model';
import type { CredentialType } from './credential-kinds.ts';
import { readCredential } from './credentials.ts';

/** What consumers are translated with. */
export interface ConsumersContext {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly normalise: Normalise;
}

const CONSUMERS = { version: 'v1', plural: 'kongconsumers' };
const CONSUMER_GROUPS = { version: 'v1beta1', plural: 'kongconsumergroups' };

/** Yields a consumer with its credentials, and its status; its plugins are a unit of their own. */
export function translateConsumer(unit: Unit, read: TrackedRead, context: ConsumersContext): TranslationOutput {
  const object = unit.object as KongConsumer;
  if (!belongsToClass(object, context.settings, read)) return EMPTY_OUTPUT;
  const output = consumerOutput(unit, object, read, context);
  return { ...output, statuses: [programmedStatus(object, CONSUMERS, output.failures)] };
}

function consumerOutput(unit: Unit, object: KongConsumer, read: TrackedRead, context: ConsumersContext): TranslationOutput {
  const draft = new Draft(context.normalise);
  if (reportBrokenPlugins(draft, object, read, context)) return draft.output();
  const { username, custom_id } = object;
  const consumer = draft.add(
    'consumers',
    {
      ...(username ? { id: controllerEntityId('consumers', username), username } : null),
      ...(custom_id ? { custom_id } : null),
      tags: objectTags(object),
    },
    { owner: refOf(object), locate: (path) => path },
  );
  if (consumer === null) return draft.output();
  for (const [index, name] of (object.credentials ?? []).entries())
    addCredential(draft, { object, consumer, name, at: `credentials.${index + 1}` }, read);
  for (const [index, group] of (object.consumerGroups ?? []).entries()) {
    draft.fail({
      refs: [refOf(object), { kind: 'KongConsumerGroup', namespace: namespaceOf(object), name: group }],
      field: `consumerGroups.${index + 1}`,
      reason: 'UnsupportedConsumerGroup',
      message: `consumer group "${group}" has no effect: consumer groups need Kong Enterprise; expected acl credentials for groups of the acl plugin`,
    });
  }
  if (pluginReferences(object).length > 0) read.include(pluginBindingUnit(unit.key));
  return draft.output();
}

/** Says of a consumer group that it has no effect. */
export function translateConsumerGroup(unit: Unit, read: TrackedRead, context: ConsumersContext): TranslationOutput {
  const object = unit.object as KongConsumerGroup;
  if (!belongsToClass(object, context.settings, read)) return EMPTY_OUTPUT;
  const message = 'consumer groups need Kong Enterprise and have no effect; expected acl credentials for groups of the acl plugin';
  const failures = [{ refs: [refOf(object)], field: '', reason: 'UnsupportedConsumerGroup', message }];
  return { entities: [], failures, statuses: [programmedStatus(object, CONSUMER_GROUPS, failures)] };
}

function reportBrokenPlugins(draft: Draft, object: KongConsumer, read: TrackedRead, context: ConsumersContext): boolean {
  const broken = brokenPlugins(object, context, read);
  for (const plugin of broken) {
    draft.fail({
      refs: [refOf(object), plugin],
      field: annotationField(PLUGINS_KEY),
      reason: 'BrokenPlugin',
      message: `the consumer does not exist without its ${plugin.kind} "${plugin.name}", whose configuration is broken; mend the plugin or take it off the consumer`,
    });
  }
  return broken.length > 0;
}

interface NamedCredential {
  readonly object: KongConsumer;
  readonly consumer: Consumer;
  /** Of the Secret. */
  readonly name: string;
  /** Where the consumer names it. */
  readonly at: string;
}

/** Adds one credential; a bad one is reported and the consumer keeps the others. */
function addCredential(draft: Draft, { object, consumer, name, at }: NamedCredential, read: TrackedRead): void {
  const namespace = namespaceOf(object);
  const secretRef = { kind: 'Secret', namespace, name };
  const secret = read.get<Secret>('Secret', namespace, name);
  if (secret === null) {
    draft.fail({
      refs: [refOf(object), secretRef],
      field: at,
      reason: 'CredentialNotFound',
      message: `credential "${name}" failure: Failed to fetch secret: Secret ${namespace}/${name} does not exist`,
    });
    return;
  }
  const credential = readCredential(secret);
  if (!credential.ok) {
    draft.fail({
      refs: [secretRef, refOf(object)],
      field: credential.field,
      reason: 'InvalidCredential',
      message: `credential "${name}" failure: ${credential.problem}`,
    });
    return;
  }
  const { type, fields } = credential;
  draft.add(
    type,
    { ...idOf(type, consumer, name), ...fields, consumer: { id: consumer.id }, tags: objectTags(secret) },
    { owner: secretRef, others: [refOf(object)], locate: locateInSecret },
  );
}

/** A key's id is made of where it comes from, as nothing may be learnt of the key; the others have Kong's or public ones. */
function idOf(type: CredentialType, consumer: Consumer, secret: string): { readonly id: string } | null {
  return type === 'keyauth_credentials' ? { id: entityId(type, `${consumer.id}:${secret}`) } : null;
}

/** A field of the entity in the Secret, where a list is one text. */
function locateInSecret(path: string): string {
  return path === '' ? '' : `data.${path.split('.', 1)[0]}`;
}
