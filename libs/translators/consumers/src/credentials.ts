import { CREDENTIAL_LABEL, credentialType } from '@gibbon/annotations';
import type { Secret } from '@gibbon/k8s-types';
import { CREDENTIAL_KINDS, ENTERPRISE_KINDS, OLD_NAMES, type CredentialKind, type CredentialType } from './credential-kinds.ts';

/** Fields of a credential, to be completed, or what is wrong with its Secret. */
export type Credential =
  | { readonly ok: true; readonly type: CredentialType; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly field: string; readonly problem: string };

/** Where Secrets said what they are before there was the label. */
const OLD_KEY = 'kongCredType';

const LABEL_FIELD = `metadata.labels.${CREDENTIAL_LABEL}`;

/**
 * Reads the credential that a Secret holds. Keys of the Secret that are no fields of its kind have no effect.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongconsumer
 */
export function readCredential(secret: Secret): Credential {
  const label = credentialType(secret);
  const given = label ?? textOf(secret, OLD_KEY);
  const field = label === null && given !== '' ? `data.${OLD_KEY}` : LABEL_FIELD;
  const supported = [...CREDENTIAL_KINDS.keys()].join(', ');
  if (given === '') {
    const problem = `could not load credential from Secret: expected the label ${CREDENTIAL_LABEL} with one of ${supported}`;
    return { ok: false, field, problem };
  }
  const type = OLD_NAMES.get(given) ?? given;
  const kind = CREDENTIAL_KINDS.get(type);
  if (kind !== undefined) return readFields(secret, type, kind);
  const known = ENTERPRISE_KINDS.includes(type)
    ? `credentials of type "${type}" are of Kong Enterprise and Konnect alone`
    : unsupported(type, field);
  return { ok: false, field, problem: `failed to provision credential: ${known}; expected one of ${supported}` };
}

/** Data is secret until it is known to be a type. */
function unsupported(type: string, field: string): string {
  return field === LABEL_FIELD ? `unsupported credential type: "${type}"` : 'unsupported credential type';
}

function readFields(secret: Secret, type: string, kind: CredentialKind): Credential {
  const fields: Record<string, unknown> = {};
  for (const [name, { required, convert, expected }] of Object.entries(kind.fields)) {
    const text = textOf(secret, name);
    if (text === '') {
      if (!required) continue;
      return { ok: false, field: `data.${name}`, problem: `failed to provision credential: ${type} is invalid: no ${name}` };
    }
    const value = convert(text);
    if (value === null) return { ok: false, field: `data.${name}`, problem: `Failed to parse ${name} to ${expected}` };
    fields[name] = value;
  }
  return { ok: true, type: kind.entity, fields };
}

/** A key of a Secret as text; empty where there is none. */
function textOf(secret: Secret, key: string): string {
  const encoded = secret.data?.[key];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
}
