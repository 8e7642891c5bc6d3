import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings, TargetProfile } from '@gibbon/contracts/translator';

/** What the units of this translator share. */
export interface GatewayContext {
  /** As they apply to the target. */
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly normalise: Normalise;
}
