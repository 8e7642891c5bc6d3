import { hash } from 'node:crypto';
import type { BasicAuthCredential } from '@gibbon/contracts/entities';
import { Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';
import { RequiredReference } from './fields.ts';

/** @see https://developer.konghq.com/plugins/basic-auth/ */
export const basicauthCredentials = defineEntity('basicauth_credentials', {
  description: 'A user name and password of a consumer.',
  endpointKey: 'username',
  cacheKey: ['username'],
  unique: ['username'],
  fields: {
    consumer: RequiredReference('consumers', 'Who has the password.'),
    username: Type.String({ description: 'Name to authenticate with.' }),
    password: Type.String({ description: 'The password; a data plane keeps its SHA-1 with the id of the consumer.', 'x-secret': true }),
  },
  onWrite: hashPassword,
});

function hashPassword(credential: BasicAuthCredential): BasicAuthCredential {
  return { ...credential, password: hash('sha1', `${credential.password}${credential.consumer.id}`, 'hex') };
}
