import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE } from '@gibbon/contracts/translator';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import { translateConsumer, translateConsumerGroup, type ConsumersContext } from './consumer.ts';

export const translatorConsumers = defineModule({
  kind: 'translator',
  id: 'translator.consumers',
  summary: 'KongConsumers and their credential Secrets to consumers.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE },
  traits: {},
  create({ deps: { settings, target } }) {
    const context: ConsumersContext = { settings, target, normalise: (type, input) => normaliseEntity(type, input) };
    return {
      objects: ['KongConsumer', 'KongConsumerGroup'],
      derived: [],
      indexes: [],
      translate: (unit, read) =>
        unit.kind === 'KongConsumer' ? translateConsumer(unit, read, context) : translateConsumerGroup(unit, read, context),
    };
  },
});
