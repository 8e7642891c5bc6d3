import type { EntityType } from '@gibbon/contracts/entities';

/** Entity types of credentials. */
export type CredentialType = Extract<
  EntityType,
  'acls' | 'basicauth_credentials' | 'hmacauth_credentials' | 'jwt_secrets' | 'keyauth_credentials' | 'oauth2_credentials'
>;

/** One key of a credential Secret. */
export interface CredentialField {
  /** Whether the Secret must have it; what Kong wants besides is checked with the entity. */
  readonly required: boolean;
  /** The text as the field's value; `null` when it is none. */
  readonly convert: (text: string) => unknown;
  /** What the value must be, for messages. */
  readonly expected: string;
}

/** What a Secret of one kind makes. */
export interface CredentialKind {
  readonly entity: CredentialType;
  readonly fields: Readonly<Record<string, CredentialField>>;
}

const REQUIRED: CredentialField = { required: true, convert: (text) => text, expected: 'text' };
const OPTIONAL: CredentialField = { ...REQUIRED, required: false };
const SECONDS: CredentialField = { required: false, convert: wholeNumber, expected: 'int: expected seconds' };
const FLAG: CredentialField = { required: false, convert: truth, expected: 'bool: expected true or false' };
const LIST: CredentialField = { required: false, convert: (text) => text.split(','), expected: 'list' };

/** Credentials by the value of the label. */
export const CREDENTIAL_KINDS: ReadonlyMap<string, CredentialKind> = new Map<string, CredentialKind>([
  ['key-auth', { entity: 'keyauth_credentials', fields: { key: REQUIRED, ttl: SECONDS } }],
  ['basic-auth', { entity: 'basicauth_credentials', fields: { username: REQUIRED, password: OPTIONAL } }],
  ['hmac-auth', { entity: 'hmacauth_credentials', fields: { username: REQUIRED, secret: OPTIONAL } }],
  ['jwt', { entity: 'jwt_secrets', fields: { key: REQUIRED, secret: OPTIONAL, rsa_public_key: OPTIONAL, algorithm: OPTIONAL } }],
  [
    'oauth2',
    {
      entity: 'oauth2_credentials',
      fields: {
        client_id: REQUIRED,
        name: REQUIRED,
        client_secret: OPTIONAL,
        hash_secret: FLAG,
        redirect_uris: LIST,
        client_type: OPTIONAL,
      },
    },
  ],
  ['acl', { entity: 'acls', fields: { group: REQUIRED } }],
]);

/** Other names that the reference controller has for some. */
export const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['keyauth_credential', 'key-auth'],
  ['basicauth_credential', 'basic-auth'],
  ['hmacauth_credential', 'hmac-auth'],
  ['jwt_secret', 'jwt'],
]);

/** Credentials that only Kong Enterprise and Konnect have. */
export const ENTERPRISE_KINDS: readonly string[] = ['mtls-auth', 'konnect'];

function wholeNumber(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}

/** The spellings that the reference controller reads. */
function truth(text: string): boolean | null {
  if (/^(?:1|t|true)$/i.test(text.trim())) return true;
  return /^(?:0|f|false)$/i.test(text.trim()) ? false : null;
}
