import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings, TargetProfile } from '@gibbon/contracts/translator';

/** What the units of this translator share. */
export interface BackendsContext {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly normalise: Normalise;
  /** Balancing algorithms that the target has. */
  readonly algorithms: readonly string[];
}
