import type { Clock } from '@gibbon/contracts/services';
import type { Disposable } from '@gibbon/contracts/module';

/** The process's real time. Timers are unreferenced: they never keep the process alive. Use for binding CLOCK; one per process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs: number, run: () => void): Disposable {
    const timer = setTimeout(run, delayMs).unref();
    return { dispose: () => clearTimeout(timer) };
  },
  every(periodMs: number, run: () => void): Disposable {
    const timer = setInterval(run, periodMs).unref();
    return { dispose: () => clearInterval(timer) };
  },
};
