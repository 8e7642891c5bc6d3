import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { mergeDeltas } from '@gibbon/model';

/** Two changes, one after the other, as one: the later configuration, and the difference to before the earlier one. */
export function mergeChanges(earlier: ConfigurationChange, later: ConfigurationChange): ConfigurationChange {
  const delta = earlier.delta === null || later.delta === null ? null : mergeDeltas(earlier.delta, later.delta);
  return { revision: later.revision, full: later.full, delta };
}

/** A change for a target of which it is not known what it has. */
export function wholeOf(change: ConfigurationChange): ConfigurationChange {
  return { revision: change.revision, full: change.full, delta: null };
}
