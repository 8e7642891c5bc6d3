import type { Configuration, EntityType } from '@gibbon/contracts/entities';
import type { TargetReport } from '@gibbon/contracts/publisher';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import type { PlaneName } from '@gibbon/contracts/translator';
import type { OwnedEntity } from '@gibbon/controlplane-engine';
import type { Problem } from './problem-log.ts';
import type { FailedConfiguration, PublishedConfiguration } from './publication-record.ts';

/** How a publisher stands. */
export interface PublisherReport {
  readonly name: string;
  /** Whether it serves what was published last. */
  readonly applied: boolean;
  /** Revision that it is known to serve, 0 for none. */
  readonly revision: number;
  /** Where it has several; empty where it is one by itself. */
  readonly targets: readonly TargetReport[];
  readonly successful: PublishedConfiguration | null;
  readonly failed: FailedConfiguration | null;
}

/** A look into a control plane, for people. Everything is as it is at the moment of the call. */
export interface Inspection {
  /** Of the newest configuration; 0 before the first. */
  revision(): number;
  planes(): readonly PlaneName[];
  /** The newest configuration of a plane, `null` where there is no such plane. */
  configuration(plane: PlaneName): Configuration | null;
  /** An object as it was read, `null` where there is none, or it is not ours, or it was refused. */
  object(ref: ObjectRef): KubeObject | null;
  /** What an object yields, whether it is in the configuration or not. */
  entitiesOf(ref: ObjectRef): readonly OwnedEntity[];
  /** Objects that an entity of the configuration comes from, oldest first. */
  owners(type: EntityType, id: string): readonly ObjectRef[];
  /** The status that an object should have, `null` where it is not ours to write. */
  status(ref: ObjectRef): StatusDraft | null;
  problems(): readonly Problem[];
  publishers(): readonly PublisherReport[];
}
