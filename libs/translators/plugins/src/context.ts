import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings } from '@gibbon/contracts/translator';

/** What the units of this translator share. */
export interface PluginsContext {
  readonly settings: ControllerSettings;
  readonly normalise: Normalise;
}
