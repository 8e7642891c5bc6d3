import { Nullable, Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';

/** @see https://developer.konghq.com/gateway/entities/consumer/ */
export const consumers = defineEntity('consumers', {
  description: 'Whoever makes requests.',
  endpointKey: 'username',
  unique: ['username', 'custom_id'],
  fields: {
    username: Nullable(Type.String({ description: 'Name of the consumer.' })),
    custom_id: Nullable(Type.String({ description: 'Id of the consumer in another system.' })),
  },
  rules: [{ at_least_one_of: ['custom_id', 'username'] }],
});
