import { generateKeyPairSync } from 'node:crypto';
import type { EntityType } from '@gibbon/contracts/entities';
import { describe, expect, test } from 'vitest';
import { cacheKey, definitionOf, ENTITY_TYPES, entityId, normaliseEntity, parseDeclarative, ANY_PLUGIN } from '../index.ts';

const ID = '0e7a237a-6645-50cc-8e6d-514947af04b9';
const BASE = { created_at: null, updated_at: null, tags: null, consumer: { id: ID } };
const DRAWN: unknown = expect.stringMatching(/^[A-Za-z0-9]{32}$/);
const NO_KEY = ": failed conditional validation given value of field 'algorithm'";

function pem(type: 'spki' | 'pkcs1'): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type, format: 'pem' });
}
const SPKI = pem('spki');
const PKCS1 = pem('pkcs1');
const PRIVATE = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

test.each<[EntityType, object, object]>([
  [
    'basicauth_credentials',
    { username: 'bob', password: 'p' },
    { id: 'c32b532d-e1e7-5040-b7d6-c426e350866b', username: 'bob', password: 'p' },
  ],
  [
    'hmacauth_credentials',
    { username: 'bob' },
    { id: entityId('hmacauth_credentials', cacheKey('hmacauth_credentials', ['bob'])), username: 'bob', secret: null },
  ],
  ['jwt_secrets', { id: ID, key: 'k' }, { id: ID, key: 'k', secret: null, rsa_public_key: null, algorithm: 'HS256' }],
  ['jwt_secrets', { id: ID, algorithm: null }, { id: ID, key: DRAWN, secret: null, rsa_public_key: null, algorithm: 'HS256' }],
  [
    'oauth2_credentials',
    { id: ID, name: 'app' },
    { id: ID, name: 'app', client_id: DRAWN, client_secret: null, hash_secret: false, redirect_uris: null, client_type: 'confidential' },
  ],
])('%s %j are complete', (type, input, expected) => {
  const result = normaliseEntity(type, { consumer: ID, ...input });
  expect(result).toEqual({ ok: true, entity: { ...BASE, ...expected } });
});

test.each<[EntityType, object, string[]]>([
  ['basicauth_credentials', {}, ['username: required field missing', 'password: required field missing']],
  ['basicauth_credentials', { username: '', password: '' }, ['username: length must be at least 1', 'password: length must be at least 1']],
  ['basicauth_credentials', { username: 'u', password: 'p', consumer: null }, ['consumer: required field missing']],
  ['hmacauth_credentials', { secret: 1 }, ['username: required field missing', 'secret: expected a string']],
  ['jwt_secrets', { algorithm: 'RS256' }, ['rsa_public_key: required field missing', NO_KEY]],
  ['jwt_secrets', { algorithm: 'EdDSA', rsa_public_key: 'text' }, ['rsa_public_key: invalid key', NO_KEY]],
  [
    'jwt_secrets',
    { algorithm: 'PS512', rsa_public_key: SPKI.replaceAll('PUBLIC KEY', 'CERTIFICATE') },
    ['rsa_public_key: invalid key', NO_KEY],
  ],
  ['jwt_secrets', { algorithm: 'none' }, [expect.stringMatching(/^algorithm: expected one of: HS256, .*, EdDSA$/) as unknown as string]],
  ['oauth2_credentials', { client_type: 'secret' }, ['name: required field missing', 'client_type: expected one of: confidential, public']],
  ['oauth2_credentials', { name: 'n', hash_secret: null }, ['hash_secret: required field missing']],
  [
    'oauth2_credentials',
    { name: 'n', redirect_uris: ['https://a.test/b', 'https://a.test/#c', '/b', 'https:///b', 'com.app:/back'] },
    [
      "redirect_uris.2: fragment not allowed in 'https://a.test/#c'",
      "redirect_uris.3: cannot parse '/b'",
      "redirect_uris.4: cannot parse 'https:///b'",
      "redirect_uris.5: cannot parse 'com.app:/back'",
    ],
  ],
])('%s refuse %j', (type, input, expected) => {
  const result = normaliseEntity(type, { consumer: ID, ...input });
  expect(result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
});

test.each([
  ['RS256', SPKI],
  ['PS384', PKCS1],
  ['EdDSA', PRIVATE],
  ['ES256', null],
  ['ES256', 'not looked at'],
  ['HS256', 'not looked at'],
])('tokens of %s take the public key %j', (algorithm, rsa_public_key) => {
  expect(normaliseEntity('jwt_secrets', { consumer: ID, key: 'k', algorithm, rsa_public_key })).toMatchObject({
    ok: true,
    entity: { rsa_public_key },
  });
});

describe('credentials in documents', () => {
  const problemsOf = (consumers: readonly object[]): string[] => {
    const result = parseDeclarative({ _format_version: '3.0', consumers }, { plugins: ANY_PLUGIN });
    return result.ok ? [] : result.errors.map(({ location, message }) => `${location}: ${message}`);
  };

  test.each<[string, object, string]>([
    ['basicauth_credentials', { username: 'x', password: 'p' }, 'username'],
    ['hmacauth_credentials', { username: 'x' }, 'username'],
    ['jwt_secrets', { key: 'x' }, 'key'],
    ['oauth2_credentials', { name: 'n', client_id: 'x' }, 'client_id'],
  ])('%s belong to one consumer', (type, credential, field) => {
    const twice = [
      { username: 'a', [type]: [credential] },
      { username: 'b', [type]: [credential] },
    ];
    expect(problemsOf(twice)).toEqual([
      `consumers.2.${type}.1: uniqueness violation: '${type}' entity with ${field} set to 'x' already declared`,
    ]);
  });

  test('go with every consumer: all that refer to one are nested', () => {
    const nested = ENTITY_TYPES.filter((type) => definitionOf(type).foreignKeys['consumer'] === 'consumers');
    expect(problemsOf([{ username: 'a', ...Object.fromEntries(nested.map((type) => [type, []])) }])).toEqual([]);
    expect(nested).toHaveLength(7);
  });
});
