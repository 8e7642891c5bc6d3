import { expect, it } from 'vitest';
import { SortedView } from './sorted-view.ts';

const numbers = (items: number[]): SortedView<number> => new SortedView((a, b) => a - b, items);

it('keeps order whatever the order of arrival', () => {
  const view = numbers([3, 1]);
  view.add(2);
  view.add(0);
  view.remove(3);
  expect(view.snapshot()).toEqual([0, 1, 2]);
  expect(view.size).toBe(3);
});

it('ignores the removal of what is not there', () => {
  const view = numbers([1, 3]);
  const before = view.snapshot();
  view.remove(2);
  view.remove(4);
  expect(view.snapshot()).toBe(before);
});

it('copies once after a snapshot, and not at all between two without a change', () => {
  const view = numbers([1]);
  const first = view.snapshot();
  expect(view.snapshot()).toBe(first);
  view.add(2);
  view.add(3);
  expect(first).toEqual([1]);
  expect(view.snapshot()).toEqual([1, 2, 3]);
});
