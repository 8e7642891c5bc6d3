import { join } from 'node:path';
import type { Disposable } from '@gibbon/contracts/module';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Clock, Logger } from '@gibbon/contracts/services';
import type { Source, SourceSink } from '@gibbon/contracts/source';
import { checkFolder } from './folder/check-folder.ts';
import { FolderTree } from './folder/folder-tree.ts';
import { readText } from './folder/read-file.ts';
import { ManifestFiles } from './manifest-files.ts';
import { ManifestParser } from './parse/manifest-parser.ts';
import type { KindsByName } from './parse/parsed.ts';

/** The module's configuration. */
export interface ManifestOptions {
  readonly folder: string;
  readonly settleMs: number;
  readonly confirmMs: number;
  readonly rescanMs: number;
  readonly maxFileBytes: number;
}

/** What {@link ManifestSource} works with. */
export interface ManifestServices {
  readonly kinds: KindsByName;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Files that are read at the same time. */
const READ_AHEAD = 16;

/** Brings the objects of a folder of manifests, and follows its changes. One examination at a time, each one batch. */
export class ManifestSource implements Source {
  readonly #options: ManifestOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tree: FolderTree;
  readonly #files: ManifestFiles;
  #sink: SourceSink | null = null;
  /** Files that were gone together with the folder, perhaps deleted before it was. */
  readonly #kept = new Set<string>();
  #timer: Disposable | null = null;
  #rescans: Disposable | null = null;
  #examining = false;
  #closed = false;
  #present = true;

  constructor(options: ManifestOptions, services: ManifestServices) {
    this.#options = options;
    this.#clock = services.clock;
    this.#logger = services.logger;
    this.#tree = new FolderTree(options.folder, () => this.#schedule());
    this.#files = new ManifestFiles({
      ...options,
      clock: services.clock,
      parser: new ManifestParser(services.kinds, services.logger),
      revisit: (file) => this.#tree.revisit(file),
    });
  }

  /** @throws GatewayError `GW_MANIFESTS_FOLDER` when the folder is missing, no folder, or may not be read. */
  async start(sink: SourceSink): Promise<void> {
    await checkFolder(this.#options.folder);
    if (this.#closed) return;
    this.#sink = sink;
    this.#tree.open();
    await this.#examine('first');
    if (this.#closed) return;
    const { rescanMs } = this.#options;
    if (this.#tree.unwatched > 0)
      this.#logger.warn(
        { folders: this.#tree.unwatched, rescanMs },
        'some folders cannot be watched; their changes show at the next rescan',
      );
    if (rescanMs > 0) this.#rescans = this.#clock.every(rescanMs, () => this.#tree.rescan());
  }

  locate(ref: ObjectRef, field: string): string | null {
    return this.#files.locate(ref, field);
  }

  /** Stops delivering and releases the watches. */
  close(): void {
    this.#closed = true;
    void this.#timer?.dispose();
    void this.#rescans?.dispose();
    this.#files.close();
    this.#tree.close();
  }

  #schedule(): void {
    if (this.#closed || this.#examining || this.#timer !== null) return;
    this.#timer = this.#clock.after(this.#options.settleMs, () => {
      this.#timer = null;
      this.#examine('later').catch((error: unknown) => this.#logger.error({ err: error }, 'the manifests folder could not be examined'));
    });
  }

  async #examine(when: 'first' | 'later'): Promise<void> {
    this.#examining = true;
    try {
      const { files, present } = await this.#tree.examine();
      const names = [...(present ? files.union(this.#kept) : files)];
      if (present) this.#kept.clear();
      for (let start = 0; start < names.length && !this.#closed; start += READ_AHEAD) {
        const group = names.slice(start, start + READ_AHEAD);
        const texts = await Promise.all(group.map((file) => readText(join(this.#options.folder, file), this.#options.maxFileBytes)));
        for (const [index, text] of texts.entries()) {
          const file = group[index] as string;
          if (present || text.is !== 'gone') this.#files.review(file, text, when === 'first');
          else this.#keep(file);
        }
      }
      if (!this.#closed) this.#deliver(present);
    } finally {
      this.#examining = false;
    }
    if (this.#tree.pending) this.#schedule();
  }

  #keep(file: string): void {
    this.#kept.add(file);
    this.#files.keep(file);
  }

  #deliver(present: boolean): void {
    const { changes, problems } = this.#files.drain();
    if (changes.length > 0) this.#sink?.apply(changes);
    for (const [origin, list] of problems) this.#sink?.problems(origin, list);
    if (present === this.#present) return;
    this.#present = present;
    const { folder } = this.#options;
    const missing = {
      location: folder,
      ref: null,
      field: '',
      message: 'the manifests folder is gone; its objects stay as they were until it is back',
    };
    this.#sink?.problems(folder, present ? [] : [missing]);
  }
}
