import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings } from '@gibbon/contracts/translator';

/** What the units of this translator share. */
export interface GatewayContext {
  readonly settings: ControllerSettings;
  readonly normalise: Normalise;
}
