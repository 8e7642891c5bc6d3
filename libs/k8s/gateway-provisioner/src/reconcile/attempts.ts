import type { Clock, Random } from '@gibbon/contracts/services';
import { Backoff } from '@gibbon/k8s-client';

const FAILURES = { firstMs: 200, maxMs: 30_000 };
/** Events of what we did ourselves come in bursts. */
const SETTLE_MS = 50;
const FIRST_REPAIR_MS = 200;
const LAST_REPAIR_MS = 60_000;
/** Who has had nothing to repair for so long repairs at once. */
const CALM_MS = 120_000;

/** What is remembered of a Gateway between two attempts to bring its objects to what they ought to be. */
export class Attempts {
  /** What keeps the Gateway from having its proxies, as it was reported; `null`: nothing. */
  problem: string | null = null;
  readonly #clock: Clock;
  readonly #failures: Backoff;
  #isChanged = true;
  #repairedMs = Number.NEGATIVE_INFINITY;
  #repairMs = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#failures = new Backoff(FAILURES, random);
  }

  /** The Gateway or its class is another: no reason to wait any longer. */
  changed(): void {
    this.#isChanged = true;
    this.#failures.reset();
  }

  /** An attempt begins. @returns whether it only repairs what somebody else did. */
  begin(): boolean {
    const isRepair = !this.#isChanged;
    this.#isChanged = false;
    return isRepair;
  }

  succeeded(): void {
    this.#failures.reset();
  }

  /** Something had to be repaired. Whoever undoes it again and again is answered less and less often. */
  repaired(): void {
    this.#repairMs = this.#isCalm() ? FIRST_REPAIR_MS : Math.min(this.#repairMs * 2, LAST_REPAIR_MS);
    this.#repairedMs = this.#clock.monotonic();
  }

  /** Milliseconds until what happened to an object is looked after. */
  repairDelayMs(): number {
    return this.#isCalm() ? SETTLE_MS : Math.max(SETTLE_MS, this.#repairedMs + this.#repairMs - this.#clock.monotonic());
  }

  /** @returns milliseconds until the next attempt. */
  failed(): number {
    this.#isChanged = true;
    return this.#failures.next();
  }

  #isCalm(): boolean {
    return this.#clock.monotonic() - this.#repairedMs > CALM_MS;
  }
}
