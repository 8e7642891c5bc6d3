import type { CustomResource } from '@gibbon/contracts/resource';
import { SetOf, schema, Type } from '@gibbon/schema';
import { AGE, CATEGORIES, FOREIGN_FIELDS, PROGRAMMED, rules } from './free-form.ts';
import { PROGRAMMED_STATUS } from './status.ts';

const names = (description: string, each: string) => Type.Optional(SetOf(Type.String({ description: each }), { description }));

/** How KongConsumer is defined. */
export const CONSUMER_DEFINITION: CustomResource = {
  shortNames: ['kc'],
  categories: CATEGORIES,
  columns: [{ name: 'Username', type: 'string', jsonPath: '.username', description: 'Name of the consumer.' }, AGE, PROGRAMMED],
  schema: schema(
    Type.Object(
      {
        username: Type.Optional(Type.String({ description: 'Unique name of the consumer.', minLength: 0 })),
        custom_id: Type.Optional(Type.String({ description: 'Unique id of the consumer in another system.', minLength: 0 })),
        credentials: names(
          'Secrets of the same namespace that hold credentials; the label `konghq.com/credential` says which kind.',
          'Name of a Secret.',
        ),
        consumerGroups: names('Groups of the same namespace that the consumer is in.', 'Name of a KongConsumerGroup.'),
        spec: Type.Optional(Type.Object(FOREIGN_FIELDS, { description: 'Fields for other controllers.' })),
        status: PROGRAMMED_STATUS,
      },
      rules({
        rule: '(has(self.username) && self.username != "") || (has(self.custom_id) && self.custom_id != "")',
        message: 'expected username or custom_id, at the top of the object',
      }),
    ),
  ),
};

/** How KongConsumerGroup is defined. */
export const CONSUMER_GROUP_DEFINITION: CustomResource = {
  shortNames: ['kcg'],
  categories: CATEGORIES,
  columns: [AGE, PROGRAMMED],
  schema: schema(
    Type.Object({
      spec: Type.Optional(
        Type.Object(
          {
            name: Type.Optional(Type.String({ description: 'Of no effect: the group has the name of the object.', minLength: 0 })),
            ...FOREIGN_FIELDS,
          },
          { description: 'Fields for other controllers.' },
        ),
      ),
      status: PROGRAMMED_STATUS,
    }),
  ),
};
