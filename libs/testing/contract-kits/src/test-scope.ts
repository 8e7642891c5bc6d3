import type { Disposable, Scope } from '@gibbon/contracts/module';

type Owned = Disposable | (() => void | Promise<void>);

/** A {@link Scope} for suites: releases in reverse order and knows how much it still holds. */
export class TestScope implements Scope, Disposable {
  readonly #owned: Owned[] = [];
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Things not yet released. */
  get size(): number {
    return this.#owned.length;
  }

  own<T extends Owned>(thing: T): T {
    this.#owned.push(thing);
    return thing;
  }

  child(_name: string): Scope & Disposable {
    return this.own(new TestScope());
  }

  async dispose(): Promise<void> {
    this.#controller.abort();
    for (let thing = this.#owned.pop(); thing !== undefined; thing = this.#owned.pop()) {
      await (typeof thing === 'function' ? thing() : thing.dispose());
    }
  }
}
