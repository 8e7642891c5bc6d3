import { CREDENTIAL_LABEL, credentialType } from '@gibbon/annotations';
import type { EntityType } from '@gibbon/contracts/entities';
import type { Secret } from '@gibbon/k8s-types';

/** Fields of a credential, to be completed, or what is wrong with its Secret. */
export type Credential =
  | { readonly ok: true; readonly type: EntityType; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly field: string; readonly problem: string };

interface CredentialKind {
  readonly entity: EntityType;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Credentials that the model has, by the value of the label. */
const KINDS: ReadonlyMap<string, CredentialKind> = new Map([
  ['key-auth', { entity: 'keyauth_credentials', required: ['key'], optional: ['ttl'] }],
  ['acl', { entity: 'acls', required: ['group'], optional: [] }],
]);

/** Credentials that Kong has besides. */
const NOT_YET: readonly string[] = ['basic-auth', 'hmac-auth', 'jwt', 'oauth2', 'mtls-auth'];

/**
 * Reads the credential that a Secret holds.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongconsumer
 */
export function readCredential(secret: Secret): Credential {
  const field = `metadata.labels.${CREDENTIAL_LABEL}`;
  const supported = [...KINDS.keys()].join(', ');
  const type = credentialType(secret);
  if (type === null)
    return {
      ok: false,
      field,
      problem: `could not load credential from Secret: expected the label ${CREDENTIAL_LABEL} with one of ${supported}`,
    };
  const kind = KINDS.get(type);
  if (kind === undefined) {
    const known = NOT_YET.includes(type)
      ? `credential type "${type}" is not supported yet`
      : `failed to provision credential: unsupported credential type: "${type}"`;
    return { ok: false, field, problem: `${known}; expected one of ${supported}` };
  }
  return readFields(secret, type, kind);
}

function readFields(secret: Secret, type: string, { entity, required, optional }: CredentialKind): Credential {
  const fields: Record<string, unknown> = {};
  for (const name of [...required, ...optional]) {
    const encoded = secret.data?.[name];
    const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
    if (text !== '') fields[name] = text;
    else if (required.includes(name))
      return { ok: false, field: `data.${name}`, problem: `failed to provision credential: ${type} is invalid: no ${name}` };
  }
  const { ttl } = fields;
  if (typeof ttl !== 'string') return { ok: true, type: entity, fields };
  if (!/^\d+$/.test(ttl.trim())) return { ok: false, field: 'data.ttl', problem: 'Failed to parse ttl to int: expected seconds' };
  return { ok: true, type: entity, fields: { ...fields, ttl: Number(ttl) } };
}
