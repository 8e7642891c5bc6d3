import type { Configuration } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { diff, emptyConfiguration } from '@gibbon/model';
import { testService } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlaneHistories } from './plane-histories.ts';

const services = (...names: readonly string[]): Configuration => ({
  ...emptyConfiguration(),
  services: names.map((name) => testService({ id: name, name })),
});
const change = (revision: number, next: Configuration, before: Configuration | null): ConfigurationChange => ({
  revision,
  full: () => next,
  delta: before === null ? null : diff(before, next),
});
const NOTHING = services();

let histories: PlaneHistories;
beforeEach(() => {
  histories = new PlaneHistories();
});

describe('the history of a plane', () => {
  it('has no configuration before its first change', () => {
    histories.add(change(1, services('a'), null));
    expect([histories.revision, histories.of().revision, histories.of('red').revision]).toEqual([1, 1, 0]);
  });

  it('stays at its revision when other planes change', () => {
    histories.add({ ...change(1, NOTHING, null), planes: new Map([['red', change(1, services('a'), null)]]) });
    histories.add({ ...change(2, NOTHING, NOTHING), planes: new Map([['blue', change(2, services('b'), null)]]) });
    histories.add(change(3, services('c'), NOTHING));
    expect([histories.of().revision, histories.of('red').revision, histories.of('blue').revision]).toEqual([3, 1, 2]);
  });

  it('goes on by the difference where a change comes as a whole', () => {
    histories.add(change(1, services('a', 'b'), null));
    histories.add(change(2, services('b', 'c'), null));
    expect(histories.of().since(1)).toMatchObject({ services: { upserted: [{ id: 'c' }], deleted: ['a'] } });
    histories.add(change(3, services('b', 'c'), null));
    expect(histories.of().revision).toBe(2);
  });

  it('stays as it is when the plane ends, and is forgotten when nobody is in the plane', () => {
    histories.add({ ...change(1, NOTHING, null), planes: new Map([['red', change(1, services('a'), null)]]) });
    const red = histories.of('red');
    histories.add({ ...change(2, NOTHING, NOTHING), planes: new Map([['red', null]]) });
    expect(red.revision).toBe(1);
    histories.keep(new Set(['', 'red']));
    expect(histories.of('red')).toBe(red);
    histories.keep(new Set(['']));
    expect(histories.of('red').revision).toBe(0);
  });

  it('is kept where the plane is there and has no target yet', () => {
    histories.add({ ...change(1, NOTHING, null), planes: new Map([['red', change(1, services('a'), null)]]) });
    histories.keep(new Set());
    expect([histories.of().revision, histories.of('red').revision]).toEqual([1, 1]);
  });
});
