import type { KubeObject } from '@gibbon/contracts/resource';
import { kubeObject, makeTranslators, translateAll } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import translatorConsumers from './index.ts';

const translators = makeTranslators([translatorConsumers]);

function consumer(name: string, fields: Readonly<Record<string, unknown>>): KubeObject {
  return kubeObject(
    'configuration.konghq.com/v1',
    'KongConsumer',
    { namespace: 'shop', name, annotations: { 'kubernetes.io/ingress.class': 'kong' } },
    fields,
  );
}

const key = (name: string, text: string): KubeObject =>
  kubeObject(
    'v1',
    'Secret',
    { namespace: 'shop', name, labels: { 'konghq.com/credential': 'key-auth' } },
    { data: { key: Buffer.from(text).toString('base64') } },
  );

function idsOf(objects: readonly KubeObject[]): readonly string[] {
  return translateAll(translators, objects).entities.map(({ type, entity }) => `${type} ${entity.id}`);
}

describe('translator.consumers', () => {
  it("gives a consumer the reference controller's id", () => {
    expect(idsOf([consumer('consumer', { username: 'consumer' })])).toEqual(['consumers 7deb6e70-60be-5dd2-b374-06551479ea5e']);
  });

  it('gives a key an id that stays when the key changes and differs between consumers', () => {
    const before = idsOf([consumer('a', { username: 'a', credentials: ['k'] }), key('k', 'one')]);
    const after = idsOf([consumer('a', { username: 'a', credentials: ['k'] }), key('k', 'two')]);
    const both = idsOf([
      consumer('a', { username: 'a', credentials: ['k'] }),
      consumer('b', { username: 'b', credentials: ['k'] }),
      key('k', 'one'),
    ]);
    expect(after).toEqual(before);
    expect(new Set(both).size).toBe(4);
  });

  it('leaves passwords in clear and secrets that nobody gave to the proxy', () => {
    const secret = (name: string, type: string, stringData: Readonly<Record<string, string>>): KubeObject => {
      const data = Object.fromEntries(Object.entries(stringData).map(([field, text]) => [field, Buffer.from(text).toString('base64')]));
      return kubeObject('v1', 'Secret', { namespace: 'shop', name, labels: { 'konghq.com/credential': type } }, { data });
    };
    const { entities } = translateAll(translators, [
      consumer('a', { username: 'a', credentials: ['basic', 'hmac', 'jwt', 'app'] }),
      secret('basic', 'basic-auth', { username: 'a', password: 'hunter2' }),
      secret('hmac', 'hmac-auth', { username: 'a' }),
      secret('jwt', 'jwt', { key: 'k' }),
      secret('app', 'oauth2', { name: 'n', client_id: 'c' }),
    ]);
    expect(entities.slice(1).map(({ entity }) => entity)).toMatchObject([
      { password: 'hunter2' },
      { secret: null },
      { secret: null, algorithm: 'HS256' },
      { client_secret: null },
    ]);
  });

  it('reads the Secrets that it names, and plugins only where there are some', () => {
    const { reads } = translateAll(translators, [consumer('a', { username: 'a', credentials: ['k', 'nowhere'] }), key('k', 'one')]);
    expect(reads.get('KongConsumer:shop/a')).toEqual(['get Secret:shop/k', 'get Secret:shop/nowhere']);
  });
});
