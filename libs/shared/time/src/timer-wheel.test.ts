import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { TimerWheel, WheelEntry } from './timer-wheel.ts';

class Probe extends WheelEntry {
  readonly fired: number[] = [];
  readonly clock: FakeClock;
  then: (() => void) | null = null;
  constructor(clock: FakeClock) {
    super();
    this.clock = clock;
  }
  override onTimeout(): void {
    this.fired.push(this.clock.monotonic());
    this.then?.();
  }
}

describe('TimerWheel', () => {
  it('fires once, not early and at most two ticks late', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock);
    const probe = new Probe(clock);
    clock.advance(37);
    wheel.schedule(probe, 250);
    expect(probe.armed).toBe(true);
    clock.advance(249);
    expect(probe.fired).toEqual([]);
    clock.advance(201);
    expect(probe.fired).toHaveLength(1);
    expect(probe.armed).toBe(false);
    clock.advance(10_000);
    expect(probe.fired).toHaveLength(1);
  });

  it('runs its interval only while something is armed', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock);
    const probe = new Probe(clock);
    expect(clock.pending).toBe(0);
    wheel.schedule(probe, 1000);
    expect(clock.pending).toBe(1);
    wheel.cancel(probe);
    expect(clock.pending).toBe(0);
    wheel.schedule(probe, 100);
    clock.advance(500);
    expect([clock.pending, wheel.size, probe.fired.length]).toEqual([0, 0, 1]);
  });

  it('re-arms to a later and to an earlier time', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock);
    const later = new Probe(clock);
    const earlier = new Probe(clock);
    wheel.schedule(later, 200);
    wheel.schedule(earlier, 5000);
    clock.advance(150);
    wheel.schedule(later, 1000);
    wheel.schedule(earlier, 200);
    clock.advance(500);
    expect([later.fired.length, earlier.fired.length]).toEqual([0, 1]);
    clock.advance(700);
    expect(later.fired).toHaveLength(1);
  });

  it('keeps delays longer than one rotation', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock, { tickMs: 10, slots: 4 });
    const probe = new Probe(clock);
    wheel.schedule(probe, 1000);
    clock.advance(999);
    expect(probe.fired).toEqual([]);
    clock.advance(21);
    expect(probe.fired).toHaveLength(1);
  });

  it('lets a handler re-arm itself, cancel others and dispose the wheel', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock, { tickMs: 10, slots: 4 });
    const [again, canceller, victim, last] = [new Probe(clock), new Probe(clock), new Probe(clock), new Probe(clock)];
    again.then = () => wheel.schedule(again, 40);
    canceller.then = () => wheel.cancel(victim);
    for (const probe of [again, canceller, victim, last]) wheel.schedule(probe, 40);
    clock.advance(50);
    expect([again, canceller, victim, last].map((probe) => probe.fired.length)).toEqual([1, 1, 0, 1]);
    again.then = () => wheel.dispose();
    wheel.schedule(last, 40);
    clock.advance(200);
    expect([again.fired.length, wheel.size, clock.pending]).toEqual([2, 0, 0]);
    expect(last.armed).toBe(false);
  });

  it('arms from zero at time zero', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock);
    const probe = new Probe(clock);
    wheel.schedule(probe, 0);
    expect(probe.armed).toBe(true);
    clock.advance(200);
    expect(probe.fired).toHaveLength(1);
  });

  it('refuses a number of slots that is not a power of two', () => {
    expect(() => new TimerWheel(new FakeClock(), { slots: 100 })).toThrow('slots must be a power of two, got 100');
  });

  it('agrees with exact deadlines for any sequence of operations', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('schedule' as const), entry: fc.nat(4), ms: fc.nat(400) }),
      fc.record({ kind: fc.constant('cancel' as const), entry: fc.nat(4), ms: fc.constant(0) }),
      fc.record({ kind: fc.constant('advance' as const), entry: fc.constant(0), ms: fc.nat(150) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const clock = new FakeClock();
        const wheel = new TimerWheel(clock, { tickMs: 10, slots: 8 });
        const probes = Array.from({ length: 5 }, () => new Probe(clock));
        const due: (number | null)[] = probes.map(() => null);
        const settle = (): void => {
          probes.forEach((probe, i) => {
            for (const at of probe.fired.splice(0)) {
              const expected = due[i] ?? null;
              expect(expected).not.toBeNull();
              expect(at - (expected as number)).toBeGreaterThanOrEqual(0);
              expect(at - (expected as number)).toBeLessThanOrEqual(20);
              due[i] = null;
            }
            if (due[i] !== null) expect(clock.monotonic() - (due[i] as number)).toBeLessThanOrEqual(20);
          });
        };
        for (const { kind, entry, ms } of operations) {
          if (kind === 'schedule') {
            wheel.schedule(probes[entry] as Probe, ms);
            due[entry] = clock.monotonic() + ms;
          } else if (kind === 'cancel') {
            wheel.cancel(probes[entry] as Probe);
            due[entry] = null;
          } else clock.advance(ms);
          settle();
        }
        clock.advance(1000);
        settle();
        expect([wheel.size, clock.pending]).toEqual([0, 0]);
      }),
    );
  });

  it('survives a long stall without a burst of empty ticks', () => {
    const clock = new FakeClock();
    const stalled = new FakeClock();
    let offset = 0;
    const jumping = Object.assign(clock, { monotonic: () => stalled.monotonic() + offset });
    const wheel = new TimerWheel(jumping, { tickMs: 10, slots: 8 });
    const probe = new Probe(clock);
    wheel.schedule(probe, 500);
    offset = 60_000_000;
    clock.advance(10);
    expect(probe.fired).toHaveLength(1);
  });
});
