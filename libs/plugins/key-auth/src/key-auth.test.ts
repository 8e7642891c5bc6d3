import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  runPlugins,
  testConsumer,
  testKeyAuthCredential,
  type TestExchange,
  type TestRequest,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

describePlugin({
  definition,
  configs: [
    {},
    { key_in_body: true, hide_credentials: true, realm: 'api "x"', key_names: ['X-Key', 'apikey', '__proto__'] },
    { key_in_header: false, key_in_query: false, run_on_preflight: false },
  ],
  invalid: [
    {
      config: { key_names: ['a b', 7], anonymous: '', realm: 1, hide_credentials: 'yes' },
      problems: [
        { path: 'key_names.1', message: "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'" },
        { path: 'key_names.2', message: 'expected a string' },
        { path: 'hide_credentials', message: 'expected a boolean' },
        { path: 'anonymous', message: 'length must be at least 1' },
        { path: 'realm', message: 'expected a string' },
      ],
    },
  ],
});

const consumer = testConsumer();
const credential = testKeyAuthCredential();
const guest = testConsumer({ id: '0c000000-0000-4000-8000-00000000000f', username: 'guest' });
const entities = { consumers: [consumer, guest], keyauth_credentials: [credential] };

async function access(config: object, request: TestRequest): Promise<TestExchange> {
  const exchange = createTestExchange({ entities, ...request });
  await createTestPlugin(definition, config).handler.access!(exchange);
  return exchange;
}

/** Message of the refusal, or the consumer's user name. */
async function verdict(config: object, request: TestRequest): Promise<string | null> {
  const exchange = await access(config, request);
  return exchange.exited ? `${exchange.responseStatus} ${exchange.exitMessage}` : (exchange.consumer?.username ?? null);
}

const post = (type: string, body: string): TestRequest => ({ method: 'POST', headers: ['Content-Type', type], body });
const FORM = 'application/x-www-form-urlencoded';

describe('key-auth', () => {
  it('finds the key in a field or the query, in any case and encoding, fields first', async () => {
    expect(await verdict({}, { headers: ['APIKEY', 'secret'] })).toBe('alice');
    expect(await verdict({}, { url: 'http://g.test/?x=1&%61pikey=s%65cret' })).toBe('alice');
    expect(await verdict({}, { headers: ['apikey', 'wrong'], url: 'http://g.test/?apikey=secret' })).toBe('401 Unauthorized');
    expect(await verdict({ key_in_header: false }, { headers: ['apikey', 'wrong'], url: 'http://g.test/?apikey=secret' })).toBe('alice');
    expect(await verdict({ key_in_query: false }, { url: 'http://g.test/?apikey=secret' })).toBe('401 No API key found in request');
  });

  it('tells the upstream who it is', async () => {
    const exchange = await access({}, { headers: ['apikey', 'secret', 'X-Consumer-ID', 'spoofed', 'X-Anonymous-Consumer', 'true'] });
    expect(exchange.requestHeaders.toObject()).toEqual({
      host: 'gateway.test',
      apikey: 'secret',
      'x-consumer-id': consumer.id,
      'x-consumer-username': 'alice',
      'x-credential-identifier': credential.id,
    });
    expect(exchange.credential).toEqual(credential);
  });

  it('refuses what is missing, empty, repeated, unknown or expired, with a challenge', async () => {
    expect(await verdict({}, {})).toBe('401 No API key found in request');
    expect(await verdict({}, { headers: ['apikey', ''] })).toBe('401 No API key found in request');
    expect(await verdict({}, { url: 'http://g.test/?apikey' })).toBe('401 No API key found in request');
    expect(await verdict({}, { headers: ['apikey', 'secret', 'Apikey', 'secret'] })).toBe('401 Duplicate API key found');
    expect(await verdict({}, { url: 'http://g.test/?apikey=a&apikey=secret' })).toBe('401 Duplicate API key found');
    expect(await verdict({}, { headers: ['apikey', 'Secret'] })).toBe('401 Unauthorized');
    const expiring = { ...entities, keyauth_credentials: [testKeyAuthCredential({ ttl: 60, created_at: 1_000 })] };
    expect(await verdict({}, { headers: ['apikey', 'secret'], entities: expiring, startedAt: 1_059_999 })).toBe('alice');
    expect(await verdict({}, { headers: ['apikey', 'secret'], entities: expiring, startedAt: 1_060_000 })).toBe('401 Unauthorized');
    const orphan = { keyauth_credentials: [credential] };
    expect(await verdict({}, { headers: ['apikey', 'secret'], entities: orphan })).toBe('401 Unauthorized');
    const plugin = createTestPlugin(definition, { realm: 'my "api"' });
    expect((await plugin.run()).headers['www-authenticate']).toBe('Key realm="my \\"api\\""');
    expect((await createTestPlugin(definition).run()).headers['www-authenticate']).toBe('Key');
  });

  it('takes names in their order', async () => {
    const config = { key_names: ['X-First', 'x-second'] };
    expect(await verdict(config, { headers: ['X-Second', 'secret'] })).toBe('alice');
    expect(await verdict(config, { headers: ['X-Second', 'secret', 'X-First', 'wrong'] })).toBe('401 Unauthorized');
    expect(await verdict(config, { headers: ['X-Second', 'secret'], url: 'http://g.test/?X-First=wrong' })).toBe('401 Unauthorized');
  });

  it.each([
    [post(FORM, 'a=1&apikey=secret'), 'alice'],
    [post(FORM, 'apikey=secret&apikey=secret'), '401 Duplicate API key found'],
    [post('application/json', '{"apikey":"secret"}'), 'alice'],
    [post('application/json', '{"apikey":["secret"]}'), '401 Duplicate API key found'],
    [post('application/json', '{"apikey":1}'), '401 No API key found in request'],
    [post('application/json', '["apikey"]'), '401 No API key found in request'],
    [post('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="apikey"\r\n\r\nsecret\r\n--b--\r\n'), 'alice'],
    [post('text/plain', 'apikey=secret'), '401 No API key found in request'],
    [post(FORM, `apikey=secret&x=${'x'.repeat(1_048_576)}`), '401 No API key found in request'],
  ])('looks into bodies when told to %#', async (request, expected) => {
    expect(await verdict({ key_in_body: true }, request)).toBe(expected);
    const untouched = await access({}, request);
    expect([untouched.exitMessage, untouched.bodyReads]).toEqual(['No API key found in request', 0]);
  });

  it('reads the body only where the key may be in it', async () => {
    const config = { key_in_body: true, key_names: ['first', 'second'] };
    const request = post(FORM, 'second=secret');
    const reads = async (...headers: string[]): Promise<number> =>
      (await access(config, { ...request, headers: [...request.headers!, ...headers] })).bodyReads;
    expect([await reads('first', 'secret'), await reads('second', 'secret'), await reads()]).toEqual([0, 1, 1]);
  });

  it('hides the key from the upstream wherever it is, and changes nothing else', async () => {
    const hiding = { hide_credentials: true, key_in_body: true };
    const query = await access(hiding, { url: 'http://g.test/?z=%7e&apikey=secret&a=+', headers: ['X-Other', 'o'] });
    expect([query.upstreamQuery, query.rawQuery]).toEqual(['z=%7e&a=+', 'z=%7e&apikey=secret&a=+']);
    const both = await access(hiding, { url: 'http://g.test/?apikey=secret', headers: ['apikey', 'secret'] });
    expect([both.upstreamQuery, both.requestHeaders.has('apikey')]).toEqual(['', false]);
    const bodies = [
      [post(FORM, 'a=%41&apikey=secret&b'), 'a=%41&b'],
      [post('application/json', '{"n":1.0,"apikey":"secret"}'), '{"n":1.0}'],
    ] as const;
    for (const [request, left] of bodies) {
      const exchange = await access(hiding, request);
      expect(Buffer.from(exchange.requestBody).toString()).toBe(left);
      expect(exchange.requestHeaders.get('content-length')).toBe(String(left.length));
    }
    expect((await access({}, { headers: ['apikey', 'secret'] })).requestHeaders.has('apikey')).toBe(true);
  });

  it('goes on as the anonymous consumer, and not at all when somebody else has authenticated', async () => {
    const anonymous = await access({ anonymous: 'guest' }, { headers: ['apikey', 'wrong', 'X-Credential-Identifier', 'spoofed'] });
    expect(anonymous.requestHeaders.toObject()).toMatchObject({ 'x-consumer-username': 'guest', 'x-anonymous-consumer': 'true' });
    expect(anonymous.requestHeaders.has('x-credential-identifier')).toBe(false);
    expect([anonymous.exited, anonymous.responseHeaders.has('www-authenticate')]).toEqual([false, false]);
    expect(await verdict({ anonymous: guest.id }, {})).toBe('guest');
    expect(await verdict({ anonymous: 'nobody' }, {})).toBe("500 anonymous consumer nobody is configured but doesn't exist");
    expect(await verdict({ anonymous: 'guest' }, { headers: ['apikey', 'secret'] })).toBe('alice');
    const other = testConsumer({ username: 'other' });
    expect(await verdict({ anonymous: 'guest' }, { consumer: other, credential: { id: 'c' } })).toBe('other');
    expect(await verdict({}, { consumer: other, credential: { id: 'c' } })).toBe('401 No API key found in request');
  });

  it('leaves preflights alone only when told to', async () => {
    expect(await verdict({}, { method: 'OPTIONS' })).toBe('401 No API key found in request');
    expect(await verdict({ run_on_preflight: false }, { method: 'OPTIONS' })).toBeNull();
    expect(await verdict({ run_on_preflight: false }, { method: 'GET' })).toBe('401 No API key found in request');
  });

  it('compares keys beyond ASCII as text', async () => {
    const foreign = { ...entities, keyauth_credentials: [testKeyAuthCredential({ key: 'schlüssel' })] };
    expect(await verdict({}, { headers: ['apikey', 'schl\xc3\xbcssel'], entities: foreign })).toBe('alice');
    expect(await verdict({}, { url: 'http://g.test/?apikey=schl%C3%BCssel', entities: foreign })).toBe('alice');
    expect(await verdict({ key_in_body: true }, { ...post('application/json', '{"apikey":"schlüssel"}'), entities: foreign })).toBe(
      'alice',
    );
  });

  it('answers without asking the upstream', async () => {
    const outcome = await runPlugins([createTestPlugin(definition).handler], createTestExchange());
    expect(outcome).toMatchObject({ status: 401, proxied: false });
  });
});
