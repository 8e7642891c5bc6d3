import type { HmacAuthCredential } from '@gibbon/contracts/entities';
import { Nullable, Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';
import { drawnText } from './drawn-text.ts';
import { RequiredReference } from './fields.ts';

/** @see https://developer.konghq.com/plugins/hmac-auth/ */
export const hmacauthCredentials = defineEntity('hmacauth_credentials', {
  description: 'A user name and shared secret of a consumer.',
  endpointKey: 'username',
  cacheKey: ['username'],
  unique: ['username'],
  fields: {
    consumer: RequiredReference('consumers', 'Who has the secret.'),
    username: Type.String({ description: 'Name to authenticate with.' }),
    secret: Nullable(
      Type.String({ description: 'What requests are signed with; random where none is given.', 'x-secret': true, 'x-auto': true }),
    ),
  },
  onWrite: drawSecret,
});

function drawSecret(credential: HmacAuthCredential): HmacAuthCredential {
  return credential.secret === null ? { ...credential, secret: drawnText() } : credential;
}
