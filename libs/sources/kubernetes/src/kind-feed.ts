import type { ResourceKind } from '@gibbon/contracts/resource';
import type { Clock, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import {
  asApiError,
  Backoff,
  pause,
  Reflector,
  resourcePath,
  servedVersion,
  type ApiError,
  type ApiResource,
  type DefinitionWatch,
  type KubeClient,
  type Selection,
} from '@gibbon/k8s-client';
import type { FeedName, FeedProblems } from './feed-problems.ts';

/** What a {@link KindFeed} works with. */
export interface KindFeedOptions {
  readonly kind: ResourceKind;
  readonly selection: Selection;
  readonly client: KubeClient;
  readonly definitions: DefinitionWatch;
  readonly problems: FeedProblems;
  readonly clock: Clock;
  readonly random: Random;
  readonly pageSize: number;
  readonly apply: (changes: readonly ObjectChange[], resource: ApiResource) => void;
}

/** A definition that has come may take a moment until it is served; so often is it looked for, with doubling pauses. */
const LOOKS = 8;
const LOOK_MS = 50;
/** A list that is not found is believed when discovery says the same this much later: servers that start serve little at first. */
const CONFIRM_MS = 1000;
/** A server that starts may refuse what it will allow; so many refusals are believed. */
const BELIEVED_REFUSALS = 3;

/** Follows one kind in one namespace, or in all: as soon as it is served, as long as it is, in the version that is. */
export class KindFeed {
  /** Resolves when everything that exists has been handed over, or it is known that nothing can be. */
  readonly settled: Promise<void>;
  readonly #options: KindFeedOptions;
  readonly #reflector: Reflector;
  readonly #name: FeedName;
  readonly #settle: () => void;
  readonly #backoff: Backoff;
  #resource: ApiResource;
  #refusals = 0;
  /** Ends the present run of the reflector. */
  #run: AbortController | null = null;

  constructor(options: KindFeedOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { kind, selection, client, clock, random, pageSize } = options;
    this.settled = promise;
    this.#settle = resolve;
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: 100, maxMs: 15_000 }, random);
    this.#resource = { group: kind.group, version: kind.versions[0] ?? 'v1', plural: kind.plural };
    const namespace = selection.namespace ?? '';
    const origin = `kind ${kind.kind}${namespace === '' ? '' : ` in ${namespace}`}`;
    this.#name = { origin, path: resourcePath(this.#resource, { namespace, name: '' }), group: kind.group, plural: kind.plural, namespace };
    this.#reflector = new Reflector({
      client,
      kind: kind.kind,
      selection,
      clock,
      random,
      pageSize,
      handler: {
        apply: (changes) => options.apply(changes, this.#resource),
        synced: () => {
          this.#refusals = 0;
          this.#settle();
        },
        failing: (error) => this.#failing(error),
        recovered: () => options.problems.recovered(this.#name),
      },
    });
  }

  /** The resource, in the version that was served last. */
  get resource(): ApiResource {
    return this.#resource;
  }

  /** Follows until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { definitions, kind } = this.#options;
    const changed = new ChangeFlag();
    const subscription = definitions.onChange((name) => {
      if (name !== '' && name !== definitionName(kind)) return;
      changed.raise(name !== '');
      if (this.#run !== null && name !== '') void this.#reviewVersion(signal);
    });
    signal.addEventListener('abort', () => {
      this.#run?.abort();
      changed.raise(false);
      this.#settle();
    });
    try {
      for (let looks = 1; !signal.aborted; looks = await this.#awaitChange(changed, signal)) await this.#serve(looks, signal);
    } finally {
      void subscription.dispose();
    }
  }

  /** Follows while it is served. @param looks how often to look for it. */
  async #serve(looks: number, signal: AbortSignal): Promise<void> {
    for (let look = 0; look < looks && !signal.aborted; look++) {
      if (look > 0) await pause(this.#options.clock, LOOK_MS * 2 ** (look - 1), signal);
      const version = await this.#find(signal);
      if (version === null) continue;
      this.#resource = { ...this.#resource, version };
      this.#run = new AbortController();
      if (signal.aborted) return;
      const end = await this.#reflector.run(this.#resource, this.#run.signal);
      this.#run = null;
      // Ended for another version, or answered "not found": look again, and believe it after a while.
      look = end === 'aborted' ? -1 : 0;
      looks = 2;
      if (end === 'absent') await pause(this.#options.clock, CONFIRM_MS, signal);
    }
    if (signal.aborted) return;
    this.#reflector.forget();
    this.#settle();
  }

  async #awaitChange(changed: ChangeFlag, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return 0;
    return (await changed.next()) ? LOOKS : 1;
  }

  /** The version that is served, or `null`; asks until the server answers. */
  async #find(signal: AbortSignal): Promise<string | null> {
    const { client, kind, clock } = this.#options;
    while (!signal.aborted) {
      try {
        const version = await servedVersion(client, kind, signal);
        this.#backoff.reset();
        this.#options.problems.recovered(this.#name);
        return version;
      } catch (error) {
        if (signal.aborted) return null;
        this.#failing(asApiError('discovery', error));
        await pause(clock, this.#backoff.next(), signal);
      }
    }
    return null;
  }

  /** Changes over to a version that is preferred, when it is served now. */
  async #reviewVersion(signal: AbortSignal): Promise<void> {
    const { client, kind } = this.#options;
    const run = this.#run;
    const version = await servedVersion(client, kind, signal).catch(() => null);
    if (version !== null && version !== this.#resource.version) run?.abort();
  }

  #failing(error: ApiError): void {
    this.#options.problems.failing(this.#name, error);
    if (error.code === 'GW_K8S_FORBIDDEN' && ++this.#refusals >= BELIEVED_REFUSALS) this.#settle();
  }
}

/** Remembers that something has changed, until it is asked. */
class ChangeFlag {
  #raised: { readonly certain: boolean } | null = null;
  #wake: (() => void) | null = null;

  raise(certain: boolean): void {
    this.#raised = { certain: certain || this.#raised?.certain === true };
    this.#wake?.();
  }

  /** Waits for a change. @returns whether it certainly concerns the kind. */
  async next(): Promise<boolean> {
    while (this.#raised === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    const { certain } = this.#raised;
    this.#raised = null;
    return certain;
  }
}

function definitionName({ group, plural }: ResourceKind): string {
  return `${plural}.${group}`;
}
