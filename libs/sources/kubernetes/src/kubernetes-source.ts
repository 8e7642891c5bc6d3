import { setMaxListeners } from 'node:events';
import type { ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { ObjectChange, Source, SourceProblem, SourceSink } from '@gibbon/contracts/source';
import {
  DefinitionWatch,
  KubeClient,
  openAccess,
  resourcePath,
  type ApiAccess,
  type ApiResource,
  type Selection,
} from '@gibbon/k8s-client';
import { refOf } from '@gibbon/k8s-types';
import { ChangeBatch } from './change-batch.ts';
import { FeedProblems } from './feed-problems.ts';
import { KindFeed } from './kind-feed.ts';
import { ObjectGate } from './object-gate.ts';
import { OnDemandObjects } from './on-demand.ts';
import { ReferenceCounts } from './reference-counts.ts';

/** Selectors of the configuration. */
export interface KindSelection {
  readonly kind: string;
  readonly labels: string;
  readonly fields: string;
}

/** The module's configuration. */
export interface KubernetesOptions {
  readonly kubeconfig: string;
  readonly context: string;
  readonly namespaces: readonly string[];
  readonly selectors: readonly KindSelection[];
  readonly pageSize: number;
  readonly discoveryPollMs: number;
}

/** What {@link KubernetesSource} works with. */
export interface KubernetesServices {
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The client of the process, or `null`: one is made as the configuration says. */
  readonly client: KubeClient | null;
}

/** A kind of the source. */
interface KindState {
  readonly kind: ResourceKind;
  readonly gate: ObjectGate;
  readonly onDemand: OnDemandObjects | null;
  readonly feeds: readonly KindFeed[];
}

/** Brings the objects of an API server, and follows them. */
export class KubernetesSource implements Source {
  readonly #options: KubernetesOptions;
  readonly #services: KubernetesServices;
  readonly #kinds = new Map<string, KindState>();
  readonly #references: ReferenceCounts;
  readonly #batch: ChangeBatch;
  readonly #end = new AbortController();
  #sink: SourceSink | null = null;
  #access: ApiAccess | null = null;
  #running: readonly Promise<void>[] = [];
  #definitions: DefinitionWatch | null = null;

  constructor(options: KubernetesOptions, services: KubernetesServices) {
    this.#options = options;
    this.#services = services;
    const onDemand = [...services.kinds.values()].filter((kind) => kind.standsAlone !== undefined).map(({ kind }) => kind);
    const review = (ref: ObjectRef): void => this.#kinds.get(ref.kind)?.onDemand?.review(ref);
    this.#references = new ReferenceCounts(new Set(onDemand), { named: review, unnamed: review });
    this.#batch = new ChangeBatch((changes) => this.#sink?.apply(changes));
    // One listener for each feed.
    setMaxListeners(0, this.#end.signal);
  }

  /**
   * Resolves when every kind that the server serves, and that may be read, has been delivered. A server that does not
   * answer is a problem that is reported, and waited for.
   * @throws GatewayError `GW_K8S_CONFIG` when there is no usable kubeconfig or service account.
   */
  async start(sink: SourceSink): Promise<void> {
    const client = this.#services.client ?? (await this.#connect());
    if (this.#end.signal.aborted) return;
    this.#sink = sink;
    const { clock, random, kinds } = this.#services;
    this.#definitions = new DefinitionWatch({ client, clock, random, pollMs: this.#options.discoveryPollMs });
    const problems = new FeedProblems(client.server, (origin, list) => this.#report(origin, list));
    for (const kind of kinds.values()) this.#kinds.set(kind.kind, this.#stateOf(kind, client, problems));
    this.#definitions.start();
    const states = [...this.#kinds.values()];
    const feeds = states.flatMap((state) => state.feeds);
    this.#running = feeds.map((feed) => feed.run(this.#end.signal));
    await Promise.all(feeds.map((feed) => feed.settled));
    await Promise.all(states.map(({ onDemand }) => onDemand?.idle()));
    if (!this.#end.signal.aborted) this.#batch.flush();
  }

  /** The path of an object that has been delivered. */
  locate(ref: ObjectRef, _field: string): string | null {
    return this.#kinds.get(ref.kind)?.gate.has(ref) === true ? this.#pathOf(ref) : null;
  }

  /** Ends all requests, and delivers nothing more. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#sink = null;
    this.#batch.close();
    await this.#definitions?.dispose();
    await Promise.all(this.#running);
    await this.#access?.close();
  }

  async #connect(): Promise<KubeClient> {
    const { clock, logger } = this.#services;
    const { kubeconfig, context } = this.#options;
    const access = await openAccess({ clock, kubeconfig, context });
    if (this.#end.signal.aborted) await access.close();
    this.#access = access;
    logger.info({ server: access.server }, 'objects come from an API server');
    return new KubeClient({ access, clock });
  }

  #stateOf(kind: ResourceKind, client: KubeClient, problems: FeedProblems): KindState {
    const { clock, random } = this.#services;
    const gate = new ObjectGate(
      kind,
      {
        deliver: (change) => this.#deliver(kind, change),
        problems: (ref, list) => this.#report(`object ${ref.kind} ${ref.namespace}/${ref.name}`, list),
      },
      (ref) => this.#pathOf(ref),
    );
    const name = { origin: `fetch ${kind.kind}`, path: kind.plural, group: kind.group, plural: kind.plural, namespace: '' };
    const onDemand =
      kind.standsAlone === undefined
        ? null
        : new OnDemandObjects({
            kind,
            client,
            gate,
            clock,
            random,
            isNamed: (ref) => this.#references.has(ref),
            signal: this.#end.signal,
            failing: (error) => problems.failing(name, error),
            recovered: () => problems.recovered(name),
          });
    const feeds = this.#selectionsOf(kind).map(
      (selection) =>
        new KindFeed({
          kind,
          selection,
          client,
          problems,
          clock,
          random,
          definitions: this.#definitions as DefinitionWatch,
          pageSize: this.#options.pageSize,
          apply: (changes, resource) => this.#receive({ gate, onDemand }, changes, resource),
        }),
    );
    return { kind, gate, onDemand, feeds };
  }

  /** One selection, or one for each namespace. */
  #selectionsOf(kind: ResourceKind): readonly Selection[] {
    const ours = this.#options.selectors.filter((selector) => selector.kind === kind.kind);
    const labels = [kind.select?.labels ?? '', ...ours.map((selector) => selector.labels)].filter((selector) => selector !== '').join(',');
    const fields = [kind.select?.fields ?? '', ...ours.map((selector) => selector.fields)].filter((selector) => selector !== '').join(',');
    const { namespaces } = this.#options;
    const places = kind.namespaced && namespaces.length > 0 ? namespaces : [''];
    return places.map((namespace) => ({
      namespace,
      metadataOnly: kind.standsAlone !== undefined,
      ...(labels === '' ? {} : { labelSelector: labels }),
      ...(fields === '' ? {} : { fieldSelector: fields }),
    }));
  }

  #receive({ gate, onDemand }: Pick<KindState, 'gate' | 'onDemand'>, changes: readonly ObjectChange[], resource: ApiResource): void {
    if (this.#end.signal.aborted) return;
    for (const change of changes) {
      if (change.type === 'delete') (onDemand ?? gate).remove(change.ref);
      else if (onDemand !== null) onDemand.upsert(change.object, resource);
      else gate.upsert(change.object);
    }
  }

  #deliver(kind: ResourceKind, change: ObjectChange): void {
    if (this.#end.signal.aborted) return;
    this.#batch.add(change);
    if (kind.references === undefined) return;
    if (change.type === 'delete') this.#references.replace(change.ref, []);
    else this.#references.replace(refOf(change.object), kind.references(change.object));
  }

  #report(origin: string, problems: readonly SourceProblem[]): void {
    if (!this.#end.signal.aborted) this.#sink?.problems(origin, problems);
  }

  #pathOf(ref: ObjectRef): string {
    const [feed] = this.#kinds.get(ref.kind)?.feeds ?? [];
    return feed === undefined ? '' : resourcePath(feed.resource, ref);
  }
}
