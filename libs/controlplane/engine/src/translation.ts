import type { Configuration, EntityType } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { StatusDraft } from '@gibbon/contracts/status';
import type { Failure, PlaneName, Translator, UnitKey } from '@gibbon/contracts/translator';
import { createdMs, ObjectStore, type Age, type ObjectTransition } from '@gibbon/controlplane-store';
import { isEmptyDelta } from '@gibbon/model';
import { Assembler, type OwnedEntity } from './assembly/assembler.ts';
import { Planes, type PlaneChanges } from './planes/planes.ts';
import type { PluginReferences } from './planes/placement.ts';
import { FailureLedger, type FailureChanges } from './failure-ledger.ts';
import { StatusLedger, type StatusChanges } from './status-ledger.ts';
import { TranslationEngine, type UnitChange } from './units/translation-engine.ts';

/** What a translation works with. */
export interface TranslationOptions {
  readonly translators: readonly Translator[];
  /** Whether a unit whose translator throws keeps the entities of its last good output; default true. */
  readonly lastGood?: boolean;
  /** Called for each translation that threw. */
  readonly onCrash?: (unit: UnitKey, error: unknown) => void;
  /** Finds the entities that the configuration of a plugin names: they are part of each plane in which the plugin is. Default: none. */
  readonly pluginReferences?: PluginReferences;
}

/** The effect of one batch of object changes. */
export interface TranslationResult {
  /** The new configuration; `null` where it is as before. The first batch always gives one. */
  readonly change: ConfigurationChange | null;
  readonly failures: FailureChanges;
  readonly statuses: StatusChanges;
  /** Objects that changed. */
  readonly objects: number;
  /** Units that were translated. */
  readonly translated: number;
}

/**
 * Objects in, configuration out: store, engine and assembler in one. Synchronous; a batch costs in proportion to what
 * it changes. The configuration depends on the objects alone, not on the order or the batches in which they came.
 */
export class Translation {
  readonly #store: ObjectStore;
  readonly #engine: TranslationEngine;
  readonly #assembler: Assembler;
  readonly #planes: Planes;
  readonly #ledger = new FailureLedger();
  readonly #statuses = new StatusLedger();
  #revision = 0;

  /** @throws GatewayError `GW_ENGINE_KIND` or `GW_STORE_INDEX` when translators contradict each other. */
  constructor(options: TranslationOptions) {
    this.#store = new ObjectStore(options.translators.flatMap((translator) => translator.indexes));
    this.#engine = new TranslationEngine({ ...options, store: this.#store });
    this.#assembler = new Assembler({
      ageOf: (ref) => this.#ageOf(ref),
      onFailures: (subject, failures) => this.#ledger.replace(subject, failures),
    });
    this.#planes = new Planes(options.pluginReferences);
  }

  /** Follows changes of objects. */
  apply(changes: readonly ObjectChange[]): TranslationResult {
    const batch = this.#store.apply(changes);
    const { changes: units, translated } = this.#engine.apply(batch);
    for (const { key, after } of units) {
      this.#ledger.replace(key, after?.failures ?? []);
      this.#statuses.replace(key, after?.statuses ?? []);
    }
    const entities = this.#assembler.apply(
      units,
      batch.transitions.filter(changesAge).map(({ ref }) => ref),
    );
    const change = this.#change(this.#planes.apply(entities, declarations(units)));
    return { change, failures: this.#ledger.drain(), statuses: this.#statuses.drain(), objects: batch.transitions.length, translated };
  }

  /** Everything that is wrong now. */
  failures(): readonly Failure[] {
    return this.#ledger.current();
  }

  /** The statuses that objects should have now. */
  statuses(): readonly StatusDraft[] {
    return this.#statuses.current();
  }

  /** An object as it was read, or `null`. */
  object({ kind, namespace, name }: ObjectRef): KubeObject | null {
    return this.#store.get(kind, namespace, name);
  }

  /** The status that an object should have, `null` where it is not ours to write. */
  status(ref: ObjectRef): StatusDraft | null {
    return this.#statuses.of(ref);
  }

  /** What an object yields, whether it is in the configuration or not. */
  entitiesOf(ref: ObjectRef): readonly OwnedEntity[] {
    return this.#assembler.entitiesOf(ref);
  }

  /** Of the newest configuration; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  /** Names of the planes that exist. */
  planes(): readonly PlaneName[] {
    return this.#planes.names();
  }

  /** The newest configuration of a plane, empty where there is none. */
  configuration(plane?: PlaneName): Configuration {
    return this.#planes.configuration(plane);
  }

  /** Objects that an entity of the configuration comes from, oldest first. */
  owners(type: EntityType, id: string): readonly ObjectRef[] {
    return this.#assembler.owners(type, id);
  }

  /** `null` where nothing changed. */
  #change({ shared, others }: PlaneChanges): ConfigurationChange | null {
    const first = this.#revision === 0;
    if (!first && isEmptyDelta(shared) && others.size === 0) return null;
    this.#revision++;
    const revision = this.#revision;
    const change = { revision, full: constant(this.#planes.configuration()), delta: first ? null : shared };
    if (others.size === 0) return change;
    const planes = new Map<PlaneName, ConfigurationChange | null>();
    for (const [plane, other] of others) {
      planes.set(plane, other === null ? null : { revision, full: constant(other.configuration), delta: other.delta });
    }
    return { ...change, planes };
  }

  #ageOf(ref: ObjectRef): Age {
    const object = this.#store.get(ref.kind, ref.namespace, ref.name);
    const created = object === null ? Number.POSITIVE_INFINITY : createdMs(object.metadata.creationTimestamp);
    return { created, namespace: ref.namespace, name: ref.name };
  }
}

/** By how much more, or less, planes are declared. */
function declarations(units: readonly UnitChange[]): ReadonlyMap<PlaneName, number> {
  const differences = new Map<PlaneName, number>();
  const count = (planes: readonly PlaneName[] | undefined, difference: number): void => {
    for (const plane of planes ?? []) differences.set(plane, (differences.get(plane) ?? 0) + difference);
  };
  for (const { before, after } of units) {
    count(before?.planes, -1);
    count(after?.planes, 1);
  }
  for (const [plane, difference] of differences) if (difference === 0) differences.delete(plane);
  return differences;
}

function changesAge({ before, after }: ObjectTransition): boolean {
  return before === null || after === null || before.metadata.creationTimestamp !== after.metadata.creationTimestamp;
}

function constant(configuration: Configuration): () => Configuration {
  return () => configuration;
}
