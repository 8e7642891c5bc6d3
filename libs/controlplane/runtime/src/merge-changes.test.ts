import type { Configuration, ConfigurationDelta, Consumer } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import type { PlaneName } from '@gibbon/contracts/translator';
import { applyDelta, emptyConfiguration } from '@gibbon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

describe('changes of planes', () => {
  type PlaneChange = ConfigurationChange | null;
  const withPlanes = (revision: number, planes: Readonly<Record<PlaneName, PlaneChange>>): ConfigurationChange => ({
    ...change(revision, {}),
    planes: new Map(Object.entries(planes)),
  });
  const deleting = (id: string): ConfigurationDelta => ({ consumers: { upserted: [], deleted: [id] } });
  const merged = (earlier: PlaneChange | undefined, later: PlaneChange | undefined): PlaneChange | undefined =>
    mergeChanges(
      withPlanes(1, earlier === undefined ? {} : { p: earlier }),
      withPlanes(2, later === undefined ? {} : { p: later }),
    ).planes?.get('p');

  it('are merged for each plane, and all have the revision of the whole', () => {
    expect(merged(change(1, deleting('a')), change(2, deleting('b')))).toMatchObject({
      revision: 2,
      delta: { consumers: { deleted: ['a', 'b'] } },
    });
    expect(merged(change(1, deleting('a')), undefined)).toMatchObject({ revision: 2, delta: deleting('a') });
    expect(merged(undefined, change(2, deleting('b')))).toMatchObject({ revision: 2, delta: deleting('b') });
  });

  it('begin with a whole when one of them does', () => {
    expect(merged(change(1, null), change(2, deleting('b')))).toMatchObject({ revision: 2, delta: null });
    expect(merged(null, change(2, null))).toMatchObject({ revision: 2, delta: null });
  });

  it('end with the plane', () => {
    expect(merged(change(1, deleting('a')), null)).toBeNull();
    expect(merged(null, undefined)).toBeNull();
  });

  it('are absent where there are none', () => {
    expect(mergeChanges(change(1, {}), change(2, {}))).not.toHaveProperty('planes');
    expect(wholeOf(change(1, {}))).not.toHaveProperty('planes');
  });

  it('are whole in the whole', () => {
    const whole = wholeOf(withPlanes(3, { p: change(3, deleting('a')), q: null }));
    expect([...(whole.planes ?? [])]).toEqual([
      ['p', expect.objectContaining({ revision: 3, delta: null })],
      ['q', null],
    ]);
  });
});
