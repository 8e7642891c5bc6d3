import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import type { PlaneName } from '@gibbon/contracts/translator';
import { mergeDeltas } from '@gibbon/model';

type PlaneChange = ConfigurationChange | null;

/** Two changes, one after the other, as one: the later configuration, and the difference to before the earlier one. */
export function mergeChanges(earlier: ConfigurationChange, later: ConfigurationChange): ConfigurationChange {
  const merged = mergeOne(earlier, later);
  const { planes: before = NO_PLANES } = earlier;
  const { planes: after = NO_PLANES } = later;
  if (before.size === 0 && after.size === 0) return merged;
  const planes = new Map(before);
  for (const [plane, change] of after) planes.set(plane, mergePlane(before.get(plane), change));
  return { ...merged, planes: atRevision(planes, later.revision) };
}

/** A change for a target of which it is not known what it has. */
export function wholeOf({ revision, full, planes }: ConfigurationChange): ConfigurationChange {
  const whole = { revision, full, delta: null };
  if (planes === undefined) return whole;
  return { ...whole, planes: new Map([...planes].map(([plane, change]) => [plane, change === null ? null : wholeOf(change)])) };
}

const NO_PLANES: ReadonlyMap<PlaneName, PlaneChange> = new Map();

function mergeOne(earlier: ConfigurationChange, later: ConfigurationChange): ConfigurationChange {
  const delta = earlier.delta === null || later.delta === null ? null : mergeDeltas(earlier.delta, later.delta);
  return { revision: later.revision, full: later.full, delta };
}

/** A plane that was gone in between begins with a whole, so that nothing of what was before counts. */
function mergePlane(earlier: PlaneChange | undefined, later: PlaneChange): PlaneChange {
  if (later === null || earlier === null || earlier === undefined) return later;
  return mergeOne(earlier, later);
}

function atRevision(planes: ReadonlyMap<PlaneName, PlaneChange>, revision: number): ReadonlyMap<PlaneName, PlaneChange> {
  return new Map([...planes].map(([plane, change]) => [plane, change === null ? null : { ...change, revision }]));
}
