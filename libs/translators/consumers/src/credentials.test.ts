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

/** What a good Secret gives. */
function read(type: string | null, fields: Readonly<Record<string, string>>): unknown {
  const { ok, ...rest } = readCredential(secret(type, fields));
  return ok ? rest : null;
}

const LABEL = 'metadata.labels.konghq.com/credential';

describe('readCredential', () => {
  it('reads the fields of each type, and no others', () => {
    const keys = [
      'key',
      'group',
      'username',
      'password',
      'secret',
      'rsa_public_key',
      'client_id',
      'client_secret',
      'name',
      'extra',
      'consumer',
    ];
    const all = Object.fromEntries(keys.map((key) => [key, `the ${key}`]));
    const fields = (...names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, `the ${name}`]));
    expect(read('key-auth', all)).toEqual({ type: 'keyauth_credentials', fields: fields('key') });
    expect(read('basic-auth', all)).toEqual({ type: 'basicauth_credentials', fields: fields('username', 'password') });
    expect(read('hmac-auth', all)).toEqual({ type: 'hmacauth_credentials', fields: fields('username', 'secret') });
    expect(read('jwt', all)).toEqual({ type: 'jwt_secrets', fields: fields('key', 'secret', 'rsa_public_key') });
    expect(read('oauth2', all)).toEqual({ type: 'oauth2_credentials', fields: fields('name', 'client_id', 'client_secret') });
    expect(read('acl', all)).toEqual({ type: 'acls', fields: fields('group') });
  });

  it.each([
    ['key-auth', { key: 'k', ttl: '60' }, { key: 'k', ttl: 60 }],
    ['jwt', { key: 'k', secret: '', algorithm: 'ES256' }, { key: 'k', algorithm: 'ES256' }],
    ['oauth2', { name: 'n', client_id: 'c', hash_secret: 'True' }, { name: 'n', client_id: 'c', hash_secret: true }],
    ['oauth2', { name: 'n', client_id: 'c', hash_secret: '0' }, { name: 'n', client_id: 'c', hash_secret: false }],
    ['oauth2', { name: 'n', client_id: 'c', redirect_uris: 'a,b' }, { name: 'n', client_id: 'c', redirect_uris: ['a', 'b'] }],
  ])('converts what is no text: %s %j', (type, data, fields) => {
    expect(read(type, data)).toMatchObject({ fields });
  });

  it.each([
    ['keyauth_credential', 'key-auth'],
    ['basicauth_credential', 'basic-auth'],
    ['hmacauth_credential', 'hmac-auth'],
    ['jwt_secret', 'jwt'],
  ])('takes the old name %s for %s', (old, type) => {
    const data = { key: 'k', username: 'u', password: 'p' };
    expect(read(old, data)).toEqual(read(type, data));
    expect(read(null, { ...data, kongCredType: old })).toEqual(read(type, data));
  });

  it('believes the label before the data', () => {
    expect(read('acl', { group: 'g', key: 'k', kongCredType: 'key-auth' })).toEqual({ type: 'acls', fields: { group: 'g' } });
  });

  it.each([
    [secret(null, { key: 'k' }), LABEL, /could not load credential from Secret: expected the label/],
    [secret('key-auth', { key: '' }), 'data.key', /key-auth is invalid: no key/],
    [secret('basic-auth', { password: 'p' }), 'data.username', /basic-auth is invalid: no username/],
    [secret('hmac-auth', { secret: 's' }), 'data.username', /hmac-auth is invalid: no username/],
    [secret('jwt', { secret: 's' }), 'data.key', /jwt is invalid: no key/],
    [secret('oauth2', { name: 'n' }), 'data.client_id', /oauth2 is invalid: no client_id/],
    [secret('oauth2', { client_id: 'c' }), 'data.name', /oauth2 is invalid: no name/],
    [secret('acl', {}), 'data.group', /acl is invalid: no group/],
    [secret('key-auth', { key: 'k', ttl: '1h' }), 'data.ttl', /Failed to parse ttl to int/],
    [secret('oauth2', { name: 'n', client_id: 'c', hash_secret: 'yes' }), 'data.hash_secret', /Failed to parse hash_secret to bool/],
    [secret('mtls-auth', {}), LABEL, /"mtls-auth" are of Kong Enterprise and Konnect alone; expected one of key-auth, basic-auth/],
    [secret('magic', { key: 'k' }), LABEL, /unsupported credential type: "magic"; expected one of key-auth, basic-auth/],
    [secret(null, { kongCredType: 'hunter2' }), 'data.kongCredType', /^(?!.*hunter2).*unsupported credential type; expected one of/],
  ])('says what is wrong: %#', (object, field, problem) => {
    expect(readCredential(object)).toEqual({ ok: false, field, problem: expect.stringMatching(problem) });
  });
});
