import { describe, expect, it } from 'vitest';
import { CoarseNow } from './coarse-now.ts';
import { FakeClock } from './fake-clock.ts';
import { systemClock } from './system-clock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('systemClock', () => {
  it('runs a timer once and not after disposal', async () => {
    const seen: string[] = [];
    const disposed = systemClock.after(0, () => seen.push('disposed'));
    void disposed.dispose();
    await new Promise<void>((resolve) => void systemClock.after(1, resolve));
    expect(seen).toEqual([]);
  });

  it('repeats until disposed', async () => {
    let runs = 0;
    await new Promise<void>((resolve) => {
      const timer = systemClock.every(1, () => {
        if (++runs < 2) return;
        void timer.dispose();
        resolve();
      });
    });
    expect(runs).toBe(2);
  });
});

describe('CoarseNow', () => {
  it('stays the same within a turn and moves on in a later one', async () => {
    const now = new CoarseNow();
    const [wallMs, monotonicMs] = [now.wallMs, now.monotonicMs];
    const end = performance.now() + 3;
    while (performance.now() < end);
    expect([now.wallMs, now.monotonicMs]).toEqual([wallMs, monotonicMs]);
    await turn();
    await turn();
    expect(now.monotonicMs).toBeGreaterThanOrEqual(monotonicMs + 3);
  });

  it('follows a fake clock at once', () => {
    const clock = new FakeClock(0);
    const now = new CoarseNow(clock);
    expect([now.wallMs, now.monotonicMs]).toEqual([0, 0]);
    clock.advance(5);
    expect([now.wallMs, now.monotonicMs]).toEqual([5, 5]);
  });
});
