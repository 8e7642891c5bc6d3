import { Nullable, Type } from '@gibbon/schema';
import { defineEntity, type Draft } from './definition.ts';
import { drawnText } from './drawn-text.ts';
import { RequiredReference } from './fields.ts';

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
  prepare: drawKey,
  // The id is told to upstreams, so it must not be made of the key: a weak key could be found from it.
  anonymousKey: (credential) => credential.consumer.id,
});

function drawKey(draft: Draft): [] {
  draft['key'] ??= drawnText();
  return [];
}
