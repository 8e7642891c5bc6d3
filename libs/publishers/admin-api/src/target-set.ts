import type { Disposable } from '@gibbon/contracts/module';
import type { ProxyTarget, ProxyTargets } from '@gibbon/contracts/publisher';

/** A set of targets that its owner replaces, for {@link ProxyTargets} of every origin. */
export class TargetSet implements ProxyTargets {
  /** Whether there are none on purpose. */
  standby = false;
  readonly #observers = new Set<(targets: readonly ProxyTarget[]) => void>();
  #targets: readonly ProxyTarget[];

  constructor(targets: readonly ProxyTarget[] = []) {
    this.#targets = targets;
  }

  /** Replaces the set; observers are told at once. */
  set(targets: readonly ProxyTarget[]): void {
    this.#targets = targets;
    for (const changed of this.#observers) changed(targets);
  }

  observe(changed: (targets: readonly ProxyTarget[]) => void): Disposable {
    this.#observers.add(changed);
    changed(this.#targets);
    return { dispose: () => void this.#observers.delete(changed) };
  }
}
