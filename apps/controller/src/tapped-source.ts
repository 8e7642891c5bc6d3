import type { ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange, Source, SourceSink } from '@gibbon/contracts/source';

/** Reason of what keeps a Gateway from having its proxies. */
export const PROVISIONING_FAILED = 'ProvisioningFailed';

/** Who hears along with the control plane what a source brings in. */
export interface SourceTap {
  /** Changes, right after the control plane has had them. */
  apply(changes: readonly ObjectChange[]): void;
  /** Everything that exists has been delivered. Called once. */
  synced(): void;
  /** Called once, before anything else: where to say what is wrong with objects of the source; `null` when nothing is. */
  reportTo(report: (ref: ObjectRef, origin: string, problem: string | null) => void): void;
}

/** A source with a tap: objects that both need are watched once, and what the tap says of them is a problem like others. */
export function tappedSource(source: Source, tap: SourceTap): Source {
  const locate = (ref: ObjectRef): string => source.locate?.(ref, '') ?? '';
  return {
    async start(sink: SourceSink): Promise<void> {
      tap.reportTo((ref, origin, problem) => {
        const reason = PROVISIONING_FAILED;
        sink.problems(origin, problem === null ? [] : [{ location: locate(ref), ref, field: '', reason, message: problem }]);
      });
      await source.start({
        apply: (changes) => {
          sink.apply(changes);
          tap.apply(changes);
        },
        problems: (origin, problems) => sink.problems(origin, problems),
      });
      tap.synced();
    },
    ...(source.locate === undefined ? {} : { locate: (ref, field) => source.locate?.(ref, field) ?? null }),
  };
}
