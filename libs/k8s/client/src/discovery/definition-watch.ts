import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Random } from '@gibbon/contracts/services';
import type { KubeClient } from '../kube-client.ts';
import { Reflector } from '../reflector/reflector.ts';

/** What a {@link DefinitionWatch} works with. */
export interface DefinitionWatchOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Listeners are also called in this interval, for servers that do not let us watch. Default 60 s. */
  readonly pollMs?: number;
}

/** Called when kinds may have come or gone. @param name `<plural>.<group>`, or empty: any. */
export type DefinitionListener = (name: string) => void;

const RESOURCE = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
const POLL_MS = 60_000;

/**
 * Says when CustomResourceDefinitions come, change and go, by watching their metadata; where that is not allowed, asks
 * to look from time to time.
 */
export class DefinitionWatch implements Disposable {
  readonly #options: DefinitionWatchOptions;
  readonly #listeners = new Set<DefinitionListener>();
  readonly #end = new AbortController();
  #poll: Disposable | null = null;
  #running: Promise<unknown> | null = null;

  constructor(options: DefinitionWatchOptions) {
    this.#options = options;
  }

  /** Begins to watch. */
  start(): void {
    const { client, clock, random, pollMs = POLL_MS } = this.#options;
    const reflector = new Reflector({
      client,
      clock,
      random,
      kind: 'CustomResourceDefinition',
      selection: { metadataOnly: true },
      handler: {
        apply: (changes) => {
          for (const change of changes) this.#tell(change.type === 'delete' ? change.ref.name : change.object.metadata.name);
        },
        synced: () => {},
        // Not being allowed is no problem: there is the poll.
        failing: () => {},
        recovered: () => {},
      },
    });
    this.#poll = clock.every(pollMs, () => this.#tell(''));
    this.#running = reflector.run(RESOURCE, this.#end.signal);
  }

  /** Adds a listener until the result is disposed. */
  onChange(listener: DefinitionListener): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    void this.#poll?.dispose();
    await this.#running;
  }

  #tell(name: string): void {
    for (const listener of [...this.#listeners]) listener(name);
  }
}
