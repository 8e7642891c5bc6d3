import { createToken, type Token } from '../module/index.ts';
import type { ConfigurationChange, PublishResult } from '../publisher/index.ts';

/** Takes configuration for the data plane of this process. */
export interface ConfigurationSink {
  /**
   * Resolves when every worker serves it. What is wrong is left out and reported; the last good configuration goes on.
   * Entities are as translators give them: passwords in clear, which the data plane does not keep.
   */
  apply(change: ConfigurationChange): Promise<PublishResult>;
}

/** The data plane of this process, where there is one. */
export const CONFIGURATION_SINK: Token<ConfigurationSink> = createToken<ConfigurationSink>('gibbon/configuration-sink@1');
