import type { Configuration, ConfigurationDelta, Consumer } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { applyDelta, emptyConfiguration } from '@gibbon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeChanges, wholeOf } from './merge-changes.ts';

const consumer = (id: string, username: string): Consumer => ({
  id,
  username,
  custom_id: null,
  tags: null,
  created_at: null,
  updated_at: null,
});
const change = (revision: number, delta: ConfigurationDelta | null): ConfigurationChange => ({ revision, delta, full: emptyConfiguration });

it('makes the whole of anything that follows the whole', () => {
  expect(mergeChanges(change(1, null), change(2, {}))).toMatchObject({ revision: 2, delta: null });
  expect(mergeChanges(change(1, {}), change(2, null))).toMatchObject({ revision: 2, delta: null });
  expect(wholeOf(change(3, {}))).toMatchObject({ revision: 3, delta: null });
});

it('has the effect of one after the other', () => {
  const delta = fc
    .record({
      upserted: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y')),
      deleted: fc.subarray(['a', 'b', 'c']),
      other: fc.boolean(),
    })
    .map(({ upserted, deleted, other }): ConfigurationDelta => ({
      consumers: {
        upserted: Object.entries(upserted).map(([id, name]) => consumer(id, name)),
        deleted: deleted.filter((id) => !(id in upserted)),
      },
      ...(other ? { snis: { upserted: [], deleted: ['s'] } } : {}),
    }));
  const byId = (configuration: Configuration): Consumer[] => configuration.consumers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  fc.assert(
    fc.property(delta, delta, fc.subarray(['a', 'b', 'c']), (first, second, existing) => {
      const start = applyDelta(emptyConfiguration(), { consumers: { upserted: existing.map((id) => consumer(id, 'old')), deleted: [] } });
      const merged = mergeChanges(change(1, first), change(2, second)).delta ?? {};
      expect(byId(applyDelta(start, merged))).toEqual(byId(applyDelta(applyDelta(start, first), second)));
    }),
  );
});
