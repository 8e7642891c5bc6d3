import type { Disposable, Scope } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';

type Owned = Disposable | (() => void | Promise<void>);

/** How long one owned thing may take to be released before it is given up and logged. Milliseconds. */
const RELEASE_TIMEOUT_MS = 5000;

/**
 * A {@link Scope}: releases what it owns in reverse order, one after the other, awaiting each with a timeout.
 * A thing that throws or hangs is logged and does not keep the rest from being released.
 */
export class LifetimeScope implements Scope, Disposable {
  readonly #name: string;
  readonly #log: Logger | null;
  readonly #owned: Owned[] = [];
  #controller: AbortController | null = null;
  #ended: Promise<void> | null = null;

  constructor(name: string, log: Logger | null) {
    this.#name = name;
    this.#log = log;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended !== null) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Number of things owned, for leak checks. */
  get size(): number {
    return this.#owned.length;
  }

  own<T extends Owned>(thing: T): T {
    if (this.#ended === null) this.#owned.push(thing);
    else void this.#release(thing);
    return thing;
  }

  child(name: string): Scope & Disposable {
    const child = new LifetimeScope(`${this.#name}/${name}`, this.#log);
    const entry = (): Promise<void> => child.dispose();
    this.own(entry);
    return {
      get signal() {
        return child.signal;
      },
      own: (thing) => child.own(thing),
      child: (inner) => child.child(inner),
      dispose: () => {
        const at = this.#owned.indexOf(entry);
        if (at >= 0) this.#owned.splice(at, 1);
        return child.dispose();
      },
    };
  }

  dispose(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    this.#controller?.abort();
    for (let thing = this.#owned.pop(); thing !== undefined; thing = this.#owned.pop()) await this.#release(thing);
  }

  async #release(thing: Owned): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const done = typeof thing === 'function' ? thing() : thing.dispose();
      if (done === undefined) return;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, RELEASE_TIMEOUT_MS, 'late');
      });
      if ((await Promise.race([done, late])) === 'late') this.#log?.warn({ scope: this.#name }, 'gave up waiting for a release');
    } catch (err) {
      this.#log?.error({ scope: this.#name, err }, 'release failed');
    } finally {
      clearTimeout(timer);
    }
  }
}
