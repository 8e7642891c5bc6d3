import type { KubeObject } from '@gibbon/contracts/resource';
import type { Failure } from '@gibbon/contracts/translator';
import { describe, expect, it } from 'vitest';
import { objectStatus, programmedStatus } from './object-status.ts';

const CONSUMER: KubeObject = {
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongConsumer',
  metadata: { namespace: 'shop', name: 'bob', uid: 'u1', generation: 3 },
};
const REF = { kind: 'KongConsumer', namespace: 'shop', name: 'bob' };
const SECRET = { kind: 'Secret', namespace: 'shop', name: 'key' };

function failure(refs: Failure['refs'], field: string, message: string): Failure {
  return { refs, field, reason: 'Wrong', message };
}

describe('objectStatus', () => {
  it('is for the object as it was translated', () => {
    const resource = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' };
    expect(objectStatus({ ...CONSUMER, metadata: { name: 'bare' } }, resource, { ready: true })).toEqual({
      ref: { kind: 'KongConsumer', namespace: '', name: 'bare' },
      ...resource,
      generation: null,
      uid: '',
      status: { ready: true },
      owned: [],
    });
  });
});

describe('programmedStatus', () => {
  const statusOf = (failures: readonly Failure[]) => programmedStatus(CONSUMER, { version: 'v1', plural: 'kongconsumers' }, failures);

  it('is true where nothing is wrong with the object', () => {
    const other = failure([{ ...REF, name: 'alice' }], 'username', 'taken');
    expect(statusOf([other])).toMatchObject({ group: 'configuration.konghq.com', plural: 'kongconsumers', generation: 3, uid: 'u1' });
    expect(statusOf([other]).status).toEqual({
      conditions: [
        {
          type: 'Programmed',
          status: 'True',
          reason: 'Programmed',
          message: 'Object was successfully configured in Kong.',
          observedGeneration: 3,
        },
      ],
    });
  });

  it('says where what is wrong stands, also in another object', () => {
    const { status } = statusOf([
      failure([REF, SECRET], 'credentials.1', 'there is no such Secret'),
      failure([SECRET, REF], 'data.key', 'no key'),
      failure([REF], '', 'left out'),
    ]);
    expect(status['conditions']).toMatchObject([
      {
        status: 'False',
        reason: 'Invalid',
        message: 'credentials.1: there is no such Secret; Secret key data.key: no key; left out',
      },
    ]);
  });

  it('is no longer than an API server takes', () => {
    const many = Array.from({ length: 5000 }, (_, index) => failure([REF], '', `problem number ${index}`));
    expect((statusOf(many).status['conditions'] as { message: string }[])[0]?.message).toHaveLength(32_768);
  });

  it('owns its condition alone', () => {
    const [list] = statusOf([]).owned;
    expect([{ type: 'Programmed' }, { type: 'Theirs' }, null].map((entry) => list?.owns(entry))).toEqual([true, false, false]);
  });
});
