import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('runs timers in order of due time, then of creation, with the clock at their due time', () => {
    const clock = new FakeClock(1000);
    const seen: [string, number, number][] = [];
    const note = (name: string) => () => seen.push([name, clock.monotonic(), clock.now()]);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.advance(15);
    expect(seen).toEqual([
      ['first', 10, 1010],
      ['second', 10, 1010],
    ]);
    expect(clock.monotonic()).toBe(15);
    clock.advance(5);
    expect(seen.at(-1)).toEqual(['late', 20, 1020]);
    expect(clock.pending).toBe(0);
  });

  it('runs what a timer schedules within the span', () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    clock.after(10, () => clock.after(5, () => seen.push(clock.monotonic())));
    clock.advance(20);
    expect(seen).toEqual([15]);
  });

  it('repeats until disposed, also from inside', () => {
    const clock = new FakeClock();
    let runs = 0;
    const timer = clock.every(10, () => {
      if (++runs === 3) void timer.dispose();
    });
    clock.advance(100);
    expect(runs).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('does not run what was disposed', () => {
    const clock = new FakeClock();
    let ran = false;
    void clock.after(10, () => (ran = true)).dispose();
    clock.advance(10);
    expect(ran).toBe(false);
  });

  it('lets promises proceed between timers', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    const work = (async () => {
      await wait(10);
      seen.push(`a${clock.monotonic()}`);
      await wait(10);
      seen.push(`b${clock.monotonic()}`);
    })();
    await clock.advanceAsync(30);
    await work;
    expect(seen).toEqual(['a10', 'b20']);
  });

  it('jumps the wall clock alone', () => {
    const clock = new FakeClock(0);
    clock.jump(-5000);
    expect([clock.now(), clock.monotonic()]).toEqual([-5000, 0]);
  });
});
