import type { Normalise } from '@gibbon/annotations';
import type { ControllerSettings } from '@gibbon/contracts/translator';

/** What the units of this translator share. */
export interface PluginsContext {
  readonly settings: ControllerSettings;
  /** Checks a plugin by what the target knows of it. */
  readonly normalise: Normalise;
  /**
   * Whether the target keeps the last good form of a plugin whose new one it refuses. Then refused plugins are emitted as
   * they are, so that they are refused; otherwise they are left out.
   */
  readonly keepsLastGood: boolean;
  /** Whether a configuration of the plugin with this name says ids of other entities. */
  readonly namesOthers: (plugin: string, config: unknown) => boolean;
  /** Completes a plugin for emission: also a refused one where the target keeps the last good form. */
  readonly emit: Normalise;
}
