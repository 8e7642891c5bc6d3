import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OrderedQueue } from './ordered-queue.ts';

it('gives the smallest of what is there, each once, whenever it was added', () => {
  // A number is added; `null` takes one.
  const steps = fc.array(fc.option(fc.nat({ max: 20 }), { nil: null, freq: 3 }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(steps, (sequence) => {
      const queue = new OrderedQueue<number>((a, b) => a - b);
      const there = new Set<number>();
      for (const step of sequence) {
        if (step === null) {
          const smallest = there.size === 0 ? null : Math.min(...there);
          expect(queue.take()).toBe(smallest);
          if (smallest !== null) there.delete(smallest);
        } else {
          queue.add(step);
          there.add(step);
        }
      }
      const rest = Array.from(there, () => queue.take());
      expect(rest).toEqual([...there].toSorted((a, b) => a - b));
      expect(queue.take()).toBeNull();
    }),
  );
});
