import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { emitDeclarative } from '@gibbon/model';
import { readExisting, replaceFile } from './atomic-file.ts';

/** The module's configuration. */
export interface FileOptions {
  readonly path: string;
  readonly format: 'yaml' | 'json' | null;
  readonly mode: string;
}

/** Writes the whole configuration to a declarative file whenever it is another than what the file holds. */
export class FilePublisher implements Publisher {
  readonly #options: FileOptions;
  readonly #profile: TargetProfile;
  readonly #logger: Logger;

  constructor(options: FileOptions, services: { readonly profile: TargetProfile; readonly logger: Logger }) {
    this.#options = options;
    this.#profile = services.profile;
    this.#logger = services.logger;
  }

  async publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    const { path, mode } = this.#options;
    const format = this.#options.format ?? (path.endsWith('.json') ? 'json' : 'yaml');
    const text = emitDeclarative(change.full(), { format, target: this.#profile.kind });
    try {
      // Compared with the file itself: somebody may have edited or removed it meanwhile.
      if ((await readExisting(path)) !== text) {
        await replaceFile(path, text, Number.parseInt(mode, 8), signal);
        this.#logger.info({ path, revision: change.revision, bytes: Buffer.byteLength(text) }, 'configuration written');
      }
      return { applied: true, rejected: [], error: null };
    } catch (error) {
      return { applied: false, rejected: [], error: `cannot write "${path}": ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}
