import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings, TargetProfile } from '@gibbon/contracts/translator';

/** What every HTTPRoute is translated with. */
export interface HttpRouteContext {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly normalise: Normalise;
}
