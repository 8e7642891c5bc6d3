import { Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';
import { RequiredReference } from './fields.ts';

/** @see https://developer.konghq.com/plugins/acl/ */
export const acls = defineEntity('acls', {
  description: 'A group of a consumer.',
  cacheKey: ['consumer', 'group'],
  fields: {
    consumer: RequiredReference('consumers', 'The consumer in the group.'),
    group: Type.String({ description: 'Name of the group.' }),
  },
});
