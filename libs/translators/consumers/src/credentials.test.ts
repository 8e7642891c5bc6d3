import type { Secret } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { readCredential } from './credentials.ts';

function secret(type: string | null, fields: Readonly<Record<string, string>>): Secret {
  const data = Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'shop', name: 's', labels: type === null ? {} : { 'konghq.com/credential': type } },
    data,
  };
}

describe('readCredential', () => {
  it('reads the fields of each type', () => {
    expect(readCredential(secret('key-auth', { key: 'k', extra: 'x' }))).toEqual({
      ok: true,
      type: 'keyauth_credentials',
      fields: { key: 'k' },
    });
    expect(readCredential(secret('key-auth', { key: 'k', ttl: '60' }))).toEqual({
      ok: true,
      type: 'keyauth_credentials',
      fields: { key: 'k', ttl: 60 },
    });
    expect(readCredential(secret('acl', { group: 'gold' }))).toEqual({ ok: true, type: 'acls', fields: { group: 'gold' } });
  });

  it.each([
    [secret(null, { key: 'k' }), 'metadata.labels.konghq.com/credential', /could not load credential from Secret: expected the label/],
    [secret('key-auth', { key: '' }), 'data.key', /key-auth is invalid: no key/],
    [secret('acl', {}), 'data.group', /acl is invalid: no group/],
    [secret('key-auth', { key: 'k', ttl: '1h' }), 'data.ttl', /Failed to parse ttl to int/],
    [secret('jwt', { key: 'k' }), 'metadata.labels.konghq.com/credential', /"jwt" is not supported yet; expected one of key-auth, acl/],
    [secret('magic', { key: 'k' }), 'metadata.labels.konghq.com/credential', /unsupported credential type: "magic"/],
  ])('says what is wrong: %#', (object, field, problem) => {
    expect(readCredential(object)).toEqual({ ok: false, field, problem: expect.stringMatching(problem) });
  });
});
