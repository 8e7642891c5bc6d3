import { pbkdf2Sync, randomBytes } from 'node:crypto';
import type { OAuth2Credential } from '@gibbon/contracts/entities';
import { Nullable, Type } from '@gibbon/schema';
import { defineEntity, type Draft } from './definition.ts';
import { drawnText } from './drawn-text.ts';
import { RequiredReference } from './fields.ts';

const ITERATIONS = 10_000;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** @see https://developer.konghq.com/plugins/oauth2/ */
export const oauth2Credentials = defineEntity('oauth2_credentials', {
  description: 'A client application of a consumer.',
  endpointKey: 'client_id',
  unique: ['client_id'],
  fields: {
    consumer: RequiredReference('consumers', 'Whose application it is.'),
    name: Type.String({ description: 'Name of the application.' }),
    client_id: Type.String({ description: 'What the application calls itself; random where none is given.', 'x-auto': true }),
    client_secret: Nullable(
      Type.String({ description: 'What it authenticates with; random where none is given.', 'x-secret': true, 'x-auto': true }),
    ),
    hash_secret: Type.Boolean({ default: false, description: 'Whether a data plane keeps a hash of the secret only.' }),
    redirect_uris: Nullable(
      Type.Array(Type.String({ format: 'redirect-uri' }), { description: 'Where users may be sent back to; absolute, without fragment.' }),
    ),
    client_type: Type.Enum(['confidential', 'public'], {
      default: 'confidential',
      description: 'Whether the application can keep a secret (RFC 6749, section 2.1).',
    }),
  },
  prepare: drawClientId,
  anonymousKey: (credential) => credential.client_id,
  onWrite: finishSecret,
});

/** Format `redirect-uri`: an absolute URL without a fragment. */
export function redirectUriProblem(uri: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(uri)) return `cannot parse '${uri}'`;
  return uri.includes('#') ? `fragment not allowed in '${uri}'` : null;
}

function drawClientId(draft: Draft): [] {
  draft['client_id'] ??= drawnText();
  return [];
}

function finishSecret(credential: OAuth2Credential): OAuth2Credential {
  if (credential.client_secret !== null && !credential.hash_secret) return credential;
  const secret = credential.client_secret ?? drawnText();
  return { ...credential, client_secret: credential.hash_secret ? hashOf(secret) : secret };
}

/** Kong's form of a hashed secret, which is that of the PHC strings. */
function hashOf(secret: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = pbkdf2Sync(secret, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `$pbkdf2-sha512$i=${ITERATIONS},l=${HASH_BYTES}$${plainBase64(salt)}$${plainBase64(hash)}`;
}

function plainBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
