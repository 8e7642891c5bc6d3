import { randomInt } from 'node:crypto';
import { Nullable, Type } from '@gibbon/schema';
import { defineEntity, type Draft } from './definition.ts';
import { RequiredReference } from './fields.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** @see https://developer.konghq.com/plugins/key-auth/ */
export const keyauthCredentials = defineEntity('keyauth_credentials', {
  description: 'An API key of a consumer.',
  endpointKey: 'key',
  unique: ['key'],
  fields: {
    consumer: RequiredReference('consumers', 'Whose key it is.'),
    key: Type.String({ description: 'The key; random where none is given.', 'x-secret': true, 'x-auto': true }),
    ttl: Nullable(Type.Number({ minimum: 0, maximum: 100_000_000, description: 'Seconds to live.' })),
  },
  prepare: generateKey,
  // The id is told to upstreams, so it must not be made of the key: a weak key could be found from it.
  anonymousKey: (credential) => credential.consumer.id,
});

function generateKey(draft: Draft): [] {
  draft['key'] ??= Array.from({ length: 32 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [];
}
