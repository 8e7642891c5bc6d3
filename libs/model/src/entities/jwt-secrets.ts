import { createPublicKey } from 'node:crypto';
import type { JwtAlgorithm, JwtSecret } from '@gibbon/contracts/entities';
import { Nullable, Type, type FieldRule } from '@gibbon/schema';
import { defineEntity, type Draft, type EntityProblem } from './definition.ts';
import { drawnText } from './drawn-text.ts';
import { RequiredReference } from './fields.ts';

const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
] as const satisfies readonly JwtAlgorithm[];

/** Kong lets the ES algorithms go without, although no token can be verified then. */
const NEED_PUBLIC_KEY: readonly JwtAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

const PUBLIC_KEY_RULE: FieldRule = {
  conditional: {
    if_field: 'algorithm',
    if_match: { one_of: NEED_PUBLIC_KEY },
    then_field: 'rsa_public_key',
    then_match: { required: true },
  },
};

/** @see https://developer.konghq.com/plugins/jwt/ */
export const jwtSecrets = defineEntity('jwt_secrets', {
  description: 'What the tokens of a consumer are verified with.',
  endpointKey: 'key',
  unique: ['key'],
  fields: {
    consumer: RequiredReference('consumers', 'Whose tokens they are.'),
    key: Type.String({ description: 'What a claim of the tokens says; random where none is given.', 'x-auto': true }),
    secret: Nullable(
      Type.String({ description: 'Secret of the HS algorithms; random where none is given.', 'x-secret': true, 'x-auto': true }),
    ),
    rsa_public_key: Nullable(Type.String({ description: 'Public key of the other algorithms, PEM.' })),
    algorithm: Type.Enum(ALGORITHMS, { default: 'HS256', description: 'How the tokens are signed.', 'x-null-is-default': true }),
  },
  rules: [PUBLIC_KEY_RULE],
  prepare: drawKey,
  check: checkPublicKey,
  anonymousKey: (secret) => secret.key,
  onWrite: drawSecret,
});

function drawKey(draft: Draft): [] {
  draft['key'] ??= drawnText();
  return [];
}

function drawSecret(secret: JwtSecret): JwtSecret {
  return secret.secret === null ? { ...secret, secret: drawnText() } : secret;
}

function checkPublicKey({ algorithm, rsa_public_key }: JwtSecret): readonly EntityProblem[] {
  if (rsa_public_key === null || !NEED_PUBLIC_KEY.includes(algorithm) || isPublicKey(rsa_public_key)) return [];
  return [
    { path: 'rsa_public_key', message: 'invalid key', scope: 'field' },
    { path: '', message: "failed conditional validation given value of field 'algorithm'", scope: 'record' },
  ];
}

/** Whether Kong would take the text for a key; a certificate is none to it. */
function isPublicKey(pem: string): boolean {
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return false;
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}
