import { hash, pbkdf2Sync } from 'node:crypto';
import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import { describe, expect, it } from 'vitest';
import {
  ANY_PLUGIN,
  diff,
  emitDeclarative,
  emptyConfiguration,
  parseDeclarative,
  storedChange,
  storedConfiguration,
  storedDelta,
} from '../index.ts';

const BOB = 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e';
/** `printf hunter2def4f7d3-9863-5ad2-8fa9-c949bf26f55e | sha1sum` */
const HUNTER2_OF_BOB = '1566763ad42c24667fe9eba5a87ee1e1df070a48';
const DRAWN: unknown = expect.stringMatching(/^[A-Za-z0-9]{32}$/);

const DOCUMENT = {
  _format_version: '3.0',
  services: [{ name: 'web', host: 'up' }],
  consumers: [
    {
      username: 'bob',
      basicauth_credentials: [{ username: 'bob', password: 'hunter2' }],
      hmacauth_credentials: [{ username: 'bob' }, { username: 'given', secret: 's' }],
      jwt_secrets: [{ key: 'one' }, { key: 'two', secret: 's' }],
      oauth2_credentials: [
        { name: 'open', client_id: 'a', client_secret: 's' },
        { name: 'hashed', client_id: 'b', client_secret: 's', hash_secret: true },
        { name: 'drawn', client_id: 'c' },
      ],
    },
  ],
};

function read(document: object, transform?: boolean): Configuration {
  const result = parseDeclarative(document as never, { plugins: ANY_PLUGIN, ...(transform !== undefined && { transform }) });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.configuration;
}

const GIVEN = read(DOCUMENT, false);

function secretsOf({ basicauth_credentials, hmacauth_credentials, jwt_secrets, oauth2_credentials }: Configuration): unknown {
  return {
    basic: basicauth_credentials.map(({ password }) => password),
    hmac: hmacauth_credentials.map(({ secret }) => secret),
    jwt: jwt_secrets.map(({ secret }) => secret),
    oauth2: oauth2_credentials.map(({ client_secret }) => client_secret),
  };
}

const STORED = {
  basic: [HUNTER2_OF_BOB],
  hmac: [DRAWN, 's'],
  jwt: [DRAWN, 's'],
  oauth2: ['s', expect.stringMatching(/^\$pbkdf2-sha512\$i=10000,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/) as unknown, DRAWN],
};

describe('what a data plane keeps', () => {
  it('is hashed where Kong hashes and drawn where nobody gave it', () => {
    expect(secretsOf(GIVEN)).toEqual({ basic: ['hunter2'], hmac: [null, 's'], jwt: [null, 's'], oauth2: ['s', 's', null] });
    expect(secretsOf(storedConfiguration(GIVEN))).toEqual(STORED);
  });

  it('differs in nothing else, and is frozen as the rest', () => {
    const stored = storedConfiguration(GIVEN);
    const mask = (configuration: Configuration): unknown =>
      JSON.parse(JSON.stringify(configuration, (key, value: unknown) => (/secret$|^password$/.test(key) ? '' : value)));
    expect(mask(stored)).toEqual(mask(GIVEN));
    expect(stored.services).toBe(GIVEN.services);
    expect(Object.isFrozen(stored.basicauth_credentials) && Object.isFrozen(stored.basicauth_credentials[0])).toBe(true);
  });

  it('verifies the secret that was hashed', () => {
    const [, hashed] = storedConfiguration(GIVEN).oauth2_credentials;
    const [, , parameters, salt = '', digest] = hashed?.client_secret?.split('$') ?? [];
    expect(parameters).toBe('i=10000,l=32');
    expect(pbkdf2Sync('s', Buffer.from(salt, 'base64'), 10_000, 32, 'sha512').toString('base64').replace('=', '')).toBe(digest);
  });

  it('is what it was given where there is nothing to do', () => {
    const plain: Configuration = { ...emptyConfiguration(), services: GIVEN.services };
    const delta: ConfigurationDelta = {
      services: { upserted: GIVEN.services, deleted: [] },
      basicauth_credentials: { upserted: [], deleted: [BOB] },
    };
    expect(storedConfiguration(plain)).toBe(plain);
    expect(storedDelta(delta)).toBe(delta);
  });

  it('is in differences too, and computed once for the whole of a change', () => {
    const change = storedChange({ revision: 7, full: () => GIVEN, delta: diff(emptyConfiguration(), GIVEN) });
    expect(change.delta?.basicauth_credentials?.upserted.map(({ password }) => password)).toEqual([HUNTER2_OF_BOB]);
    expect(change.delta?.services).toEqual({ upserted: GIVEN.services, deleted: [] });
    expect([change.revision, change.full()]).toEqual([7, change.full()]);
    expect(storedChange({ revision: 1, full: () => GIVEN, delta: null }).delta).toBeNull();
  });
});

describe('documents', () => {
  it('are read as what a data plane keeps, unless they or the reader say otherwise', () => {
    expect(secretsOf(read(DOCUMENT))).toEqual(STORED);
    expect(secretsOf(read({ ...DOCUMENT, _transform: true }))).toEqual(STORED);
    expect(secretsOf(read({ ...DOCUMENT, _transform: false }))).toEqual(secretsOf(GIVEN));
    expect(secretsOf(read({ ...DOCUMENT, _transform: false }, true))).toEqual(STORED);
  });

  it('may be what a data plane has written: hashes are not hashed again', () => {
    const stored = read(DOCUMENT);
    const text = emitDeclarative(stored, { format: 'yaml', target: 'gibbon', nested: false, nulls: true, transform: false });
    expect(text).toContain(HUNTER2_OF_BOB);
    expect(read(text as never)).toEqual(stored);
  });

  it('are written for others in clear', () => {
    for (const target of ['kong', 'gibbon'] as const) {
      const text = emitDeclarative(GIVEN, { format: 'yaml', target });
      expect(text).toContain('password: hunter2');
      expect(secretsOf(read(text as never))).toEqual(STORED);
    }
  });

  it('salt with the id that a consumer by name has', () => {
    const id = '0e7a237a-6645-50cc-8e6d-514947af04b9';
    const flat = { consumers: [{ id, username: 'bob' }], basicauth_credentials: [{ username: 'b', password: 'p', consumer: 'bob' }] };
    const [credential] = read({ _format_version: '3.0', ...flat }).basicauth_credentials;
    expect(credential).toMatchObject({ consumer: { id }, password: hash('sha1', `p${id}`) });
  });
});
