import { describe, expect, test } from 'vitest';
import { LifetimeScope } from './scope.ts';

describe('LifetimeScope', () => {
  test('releases in reverse order, awaiting each', async () => {
    const order: string[] = [];
    const scope = new LifetimeScope('test', null);
    scope.own(() => void order.push('first'));
    scope.own({
      async dispose() {
        await Promise.resolve();
        order.push('second');
      },
    });
    scope.own(() => void order.push('third'));
    await scope.dispose();
    expect(order).toEqual(['third', 'second', 'first']);
  });

  test('goes on after a release that throws', async () => {
    const order: string[] = [];
    const scope = new LifetimeScope('test', null);
    scope.own(() => void order.push('survivor'));
    scope.own(() => {
      throw new Error('refuses');
    });
    await scope.dispose();
    expect(order).toEqual(['survivor']);
  });

  test('releases at once what is handed over after the end', async () => {
    const scope = new LifetimeScope('test', null);
    await scope.dispose();
    let released = false;
    scope.own(() => void (released = true));
    expect(released).toBe(true);
  });

  test('ends children with the parent, once', async () => {
    const scope = new LifetimeScope('test', null);
    const child = scope.child('inner');
    let released = 0;
    child.own(() => void released++);
    await scope.dispose();
    await child.dispose();
    expect(released).toBe(1);
    expect(child.signal.aborted).toBe(true);
  });

  test('forgets a child that ended early', async () => {
    const scope = new LifetimeScope('test', null);
    const child = scope.child('inner');
    await child.dispose();
    expect(scope.size).toBe(0);
  });

  test('aborts its signal before releasing', async () => {
    const scope = new LifetimeScope('test', null);
    const signal = scope.signal;
    let abortedFirst = false;
    scope.own(() => void (abortedFirst = signal.aborted));
    await scope.dispose();
    expect(abortedFirst).toBe(true);
  });
});
