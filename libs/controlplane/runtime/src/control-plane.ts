import type { ConfigurationChange, Publisher, PublishResult, Rejection } from '@gibbon/contracts/publisher';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { Clock, Logger, Metrics } from '@gibbon/contracts/services';
import type { ObjectChange, Source, SourceProblem } from '@gibbon/contracts/source';
import type { StatusSink } from '@gibbon/contracts/status';
import type { Failure, Translator } from '@gibbon/contracts/translator';
import { Translation, type PluginReferences } from '@gibbon/controlplane-engine';
import { BrokenObjects } from './broken-objects.ts';
import { ControlMetrics } from './control-metrics.ts';
import type { Inspection, PublisherReport } from './inspection.ts';
import { wholeOf } from './merge-changes.ts';
import { ProblemLog, type Problem, type ProblemChanges } from './problem-log.ts';
import { ProgrammedStatuses } from './programmed-statuses.ts';
import { PublicationRecord } from './publication-record.ts';
import { PublisherChannel } from './publisher-channel.ts';
import { Rejections } from './rejections.ts';
import { StatusRelay } from './status-relay.ts';

/** A source and the name that tells it from others. */
export interface NamedSource {
  readonly name: string;
  readonly source: Source;
}

/** A publisher and the name under which it is measured and reported. */
export interface NamedPublisher {
  readonly name: string;
  readonly publisher: Publisher;
}

/** What a {@link ControlPlane} is made of. It owns none of it: whoever made the modules ends them. */
export interface ControlPlaneParts {
  readonly sources: readonly NamedSource[];
  readonly translators: readonly Translator[];
  readonly publishers: readonly NamedPublisher[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where statuses of objects go; `null`: nowhere, as with a folder of manifests. Default `null`. */
  readonly statuses?: StatusSink | null;
  /** Hears of problems as they come and go. Must not throw. Default: nobody does. */
  readonly onProblems?: (changes: ProblemChanges) => void;
  /** Whether a unit whose translator throws keeps its last good entities; default true. */
  readonly lastGood?: boolean;
  /** Finds the entities that the configuration of a plugin names, see {@link PluginReferences}; default: none. */
  readonly pluginReferences?: PluginReferences;
}

/** Whether a control plane has a configuration of everything that there is; `reason` says why it has not. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** How {@link ControlPlane.once} ended. */
export interface OnceResult {
  /** Whether every publisher has applied the configuration. */
  readonly published: boolean;
  readonly problems: readonly Problem[];
}

/** Reason of what a source says of an object: it knows the place already. */
const INVALID = 'Invalid';
/** So many problems at a time get the exact place of their field, which may cost a look into a file; others that of their object. */
const MAX_EXACT = 50;

interface Target extends NamedPublisher {
  readonly channel: PublisherChannel;
  readonly rejections: Rejections;
  applied: boolean;
  /** Revision that it is known to serve, as far as there is anybody to do so. */
  served: number;
  /** What was published last, or was tried to be. */
  last: ConfigurationChange | null;
  readonly record: PublicationRecord;
}

/**
 * The control plane: sources to translation to publishers. Each batch of a source is translated and handed to the
 * publishers at once, without timers; what comes while one is busy goes to it in one piece afterwards.
 * Everything that is wrong is a {@link Problem} as long as it is, and one line of the log when it comes and goes.
 */
export class ControlPlane {
  readonly #parts: ControlPlaneParts;
  readonly #translation: Translation;
  readonly #problems: ProblemLog;
  readonly #metrics: ControlMetrics;
  readonly #broken = new BrokenObjects();
  readonly #targets: readonly Target[];
  readonly #statuses: StatusRelay | null;
  /** What came before every source had delivered what exists; `null` afterwards. */
  #early: ObjectChange[] | null = [];
  /** Names of the sources that have not delivered yet what exists. */
  readonly #unread: Set<string>;
  /** Whether there is a configuration. */
  #translated = false;
  #stopped = false;

  /** @throws GatewayError `GW_ENGINE_KIND` or `GW_STORE_INDEX` when translators contradict each other. */
  constructor(parts: ControlPlaneParts) {
    this.#parts = parts;
    this.#unread = new Set(parts.sources.map(({ name }) => name));
    const programmed = parts.statuses === undefined || parts.statuses === null ? null : new ProgrammedStatuses(parts.statuses);
    this.#statuses = programmed === null ? null : new StatusRelay(programmed);
    this.#problems = new ProblemLog(parts.logger, (changes) => {
      programmed?.follow(changes);
      parts.onProblems?.(changes);
    });
    this.#metrics = new ControlMetrics(parts.metrics, parts.clock);
    this.#translation = new Translation({
      translators: parts.translators,
      ...(parts.lastGood === undefined ? {} : { lastGood: parts.lastGood }),
      ...(parts.pluginReferences === undefined ? {} : { pluginReferences: parts.pluginReferences }),
      onCrash: (unit, error) => parts.logger.error({ unit, err: error }, 'a translator threw'),
    });
    this.#targets = parts.publishers.map((named) => {
      const target: Target = {
        ...named,
        rejections: new Rejections(),
        applied: false,
        served: 0,
        last: null,
        record: new PublicationRecord(),
        channel: new PublisherChannel({
          publisher: named.publisher,
          clock: parts.clock,
          onResult: (change, result, durationMs) => this.#published(target, change, result, durationMs),
        }),
      };
      named.publisher.observe?.((state) => this.#stands(target, state));
      return target;
    });
  }

  /**
   * Starts the sources, and resolves when the first configuration is published, or could not be and a problem says so.
   * A configuration without any object is one too. Rejects when a source can never work.
   */
  async start(): Promise<void> {
    await Promise.all(
      this.#parts.sources.map(async ({ name, source }) => {
        await source.start({
          apply: (changes) => this.#receive(changes),
          problems: (origin, problems) => this.#report(`source ${name} ${origin}`, problems),
        });
        this.#unread.delete(name);
      }),
    );
    if (this.#stopped) return;
    const early = this.#early ?? [];
    this.#early = null;
    this.#translate(early);
    await Promise.all(this.#targets.map(({ channel }) => channel.idle()));
  }

  /** Translates and publishes what exists, reports, and stops. Rejects as {@link ControlPlane.start} does. */
  async once(): Promise<OnceResult> {
    try {
      await this.start();
      return { published: this.#targets.every(({ applied }) => applied), problems: this.problems() };
    } finally {
      await this.stop();
    }
  }

  /** Publishes nothing more, and resolves when what was being published has ended. The sources are left to their owner. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#targets.map(({ channel }) => channel.stop()));
  }

  /** Whether every source has delivered what exists and all of it is translated, and it has not been stopped. */
  readiness(): Readiness {
    if (this.#stopped) return { ready: false, reason: 'stopping' };
    if (this.#early !== null) return { ready: false, reason: `still reading what exists: ${[...this.#unread].join(', ')}` };
    return this.#translated ? { ready: true } : { ready: false, reason: 'nothing could be translated, see the log' };
  }

  /** The object as it was read, `null` where there is none or it is not ours. */
  object(ref: ObjectRef): KubeObject | null {
    return this.#translation.object(ref);
  }

  /** For people who want to know what goes on. */
  inspection(): Inspection {
    const translation = this.#translation;
    return {
      revision: () => translation.revision,
      planes: () => translation.planes(),
      configuration: (plane) => (translation.planes().includes(plane) ? translation.configuration(plane) : null),
      object: (ref) => translation.object(ref),
      entitiesOf: (ref) => translation.entitiesOf(ref),
      owners: (type, id) => translation.owners(type, id),
      status: (ref) => translation.status(ref),
      problems: () => this.problems(),
      publishers: () => this.#targets.map(reportOf),
    };
  }

  /** Everything that is wrong now, in a stable order. Objects that have moved within their files are looked up again. */
  problems(): readonly Problem[] {
    return this.#problems.list().map((problem, index) => {
      if (problem.ref === null || problem.reason === INVALID) return problem;
      return { ...problem, location: this.#locate(problem.ref, index < MAX_EXACT ? problem.field : '') || problem.location };
    });
  }

  #receive(changes: readonly ObjectChange[]): void {
    if (this.#stopped) return;
    if (this.#early !== null) this.#early.push(...changes);
    else this.#translate(changes);
  }

  #translate(changes: readonly ObjectChange[]): void {
    const { clock, logger } = this.#parts;
    const begunMs = clock.monotonic();
    try {
      const { change, failures, statuses, translated, objects } = this.#translation.apply(changes);
      const durationMs = clock.monotonic() - begunMs;
      this.#translated = true;
      this.#metrics.translated(true, durationMs, translated);
      // First of all: whoever waits for a change waits for this, and results come later than what follows.
      if (change !== null) for (const { channel } of this.#targets) channel.push(change);
      for (const failure of failures.cleared) this.#problems.replace(originOf(failure), []);
      for (const [index, failure] of failures.appeared.entries())
        this.#problems.replace(originOf(failure), [this.#problemOf(failure, index < MAX_EXACT)]);
      this.#broken.follow(failures);
      this.#metrics.broken(this.#broken.size);
      logger.debug({ objects, translated, revision: change?.revision, durationMs }, 'objects translated');
      this.#statuses?.take(statuses, this.#targets.length === 0 ? null : (change?.revision ?? null));
    } catch (error) {
      // Translators that throw are dealt with inside: this is an index function, or a defect of ours.
      this.#metrics.translated(false, clock.monotonic() - begunMs, 0);
      logger.error({ err: error }, 'changes could not be translated');
    }
    this.#settle();
  }

  #report(origin: string, problems: readonly SourceProblem[]): void {
    if (this.#stopped) return;
    this.#problems.replace(
      origin,
      problems.map(({ location, ref, field, reason, message }) => ({
        ref,
        location,
        field,
        reason: reason ?? (ref === null ? 'Unreadable' : INVALID),
        message,
      })),
    );
    this.#settle();
  }

  #published(target: Target, change: ConfigurationChange, result: PublishResult, durationMs: number): void {
    const { name } = target;
    this.#metrics.published(name, result, durationMs);
    if (result.applied) this.#parts.logger.debug({ publisher: name, revision: change.revision, durationMs }, 'configuration published');
    target.last = change;
    target.record.note(change, result, this.#parts.clock.now());
    this.#serve(target, result);
    // A publisher that tells by itself tells all that is refused, others what is of the entities of the change.
    this.#follow(target, target.publisher.observe === undefined ? change : wholeOf(change), result);
  }

  /** A publisher tells by itself how things stand: as the result of publishing everything. */
  #stands(target: Target, state: PublishResult): void {
    if (this.#stopped || target.last === null) return;
    target.record.note(target.last, state, this.#parts.clock.now());
    this.#serve(target, state);
    this.#follow(target, wholeOf(target.last), state);
  }

  #serve(target: Target, { applied, idle = false }: PublishResult): void {
    if (applied || idle) target.served = target.last?.revision ?? 0;
    this.#statuses?.confirmed(Math.min(...this.#targets.map(({ served }) => served)));
  }

  #follow(target: Target, change: ConfigurationChange, result: PublishResult): void {
    const { name, rejections } = target;
    target.applied = result.applied;
    const failed =
      result.expected === true || (result.error === null && result.applied)
        ? []
        : [
            {
              ref: null,
              location: name,
              field: '',
              reason: 'PublishFailed',
              message: result.error ?? 'the target did not take the configuration',
            },
          ];
    this.#problems.replace(`publisher ${name}`, failed);
    for (const [key, list] of rejections.follow(change, result)) {
      this.#problems.replace(
        `entity ${name} ${key}`,
        list.filter((rejection) => !this.#isTold(rejection)).map((rejection) => this.#problemOfRejection(name, rejection)),
      );
    }
    this.#metrics.rejected(name, rejections.size);
    this.#settle();
  }

  #problemOf({ refs, field, reason, message }: Failure, exact: boolean): Problem {
    const ref = refs[0] ?? null;
    const location = ref === null ? '' : this.#locate(ref, exact ? field : '');
    return { ref, ...(refs.length > 1 ? { others: refs.slice(1) } : {}), location, field, reason, message };
  }

  #problemOfRejection(target: string, { type, id, field, message }: Rejection): Problem {
    const ref = this.#translation.owners(type, id)[0] ?? null;
    const what = `${type} ${id}${field === '' ? '' : `, ${field}`}`;
    return {
      ref,
      location: ref === null ? target : this.#locate(ref, ''),
      field: '',
      reason: 'Rejected',
      message: `the data plane refuses ${what}: ${message}`,
    };
  }

  /** Whether a failure of the entity's object says the same already: one mistake is told once. */
  #isTold({ type, id, message }: Rejection): boolean {
    const owner = this.#translation.owners(type, id)[0];
    if (owner === undefined) return false;
    const concerns = (ref: ObjectRef | undefined): boolean =>
      ref?.kind === owner.kind && ref.namespace === owner.namespace && ref.name === owner.name;
    return this.#translation.failures().some((failure) => concerns(failure.refs[0]) && failure.message.endsWith(message));
  }

  #locate(ref: ObjectRef, field: string): string {
    for (const { source } of this.#parts.sources) {
      const location = source.locate?.(ref, field) ?? null;
      if (location !== null) return location;
    }
    return '';
  }

  #settle(): void {
    this.#problems.flush();
    this.#metrics.problems(this.#problems.size);
  }
}

function reportOf({ name, applied, served, publisher, record }: Target): PublisherReport {
  const { successful, failed } = record;
  return { name, applied, revision: served, targets: publisher.targets?.() ?? [], successful, failed };
}

function originOf(failure: Failure): string {
  return `translation ${JSON.stringify(failure)}`;
}
