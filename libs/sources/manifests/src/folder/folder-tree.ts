import type { FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '@gibbon/contracts/errors';
import { isInside, lookUp, type Directory } from './directory.ts';
import { LinkWatches, tryToWatch } from './link-watches.ts';

/** What {@link FolderTree.examine} found. */
export interface Examination {
  /** Manifests that may have changed, appeared or vanished; paths from the root. */
  readonly files: ReadonlySet<string>;
  /** Whether the root folder is there. */
  readonly present: boolean;
}

/** What is to be looked at in a folder: some names, or everything. */
type Hint = Set<string> | 'everything';

const MANIFEST = /\.(?:ya?ml|json)$/;

/**
 * A folder with its subfolders. Each folder has a watch of its own that is opened before the folder is read, so what
 * happens after reading is heard of. Events are taken as hints only: what has changed is found by looking. Hidden
 * entries are left out, which takes in editors' temporary files and the generations of a mounted ConfigMap
 * (`..2026_01_01`); a change of any `..name` (that mount's `..data`) means that every link may lead elsewhere now.
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export class FolderTree {
  readonly #path: string;
  readonly #onHint: () => void;
  readonly #directories = new Map<string, Directory>();
  readonly #links: LinkWatches;
  #hints = new Map<string, Hint>();
  #parentWatcher: FSWatcher | null = null;
  readonly #revisits = new Set<string>();
  #rootHint = true;
  #present = false;
  #unwatched = 0;
  #closed = false;

  /** @param onHint called whenever there is something to examine; often, and from events. */
  constructor(path: string, onHint: () => void) {
    this.#path = path;
    this.#onHint = onHint;
    this.#links = new LinkWatches((file) => this.#hint(dirname(file) === '.' ? '' : dirname(file), basename(file)));
  }

  /** Folders that the system refused to watch: their changes show at rescans only. */
  get unwatched(): number {
    return this.#unwatched;
  }

  /** Whether there is something to examine. */
  get pending(): boolean {
    return this.#hints.size > 0 || this.#revisits.size > 0 || this.#rootHint;
  }

  /** Begins to watch; the first examination then finds everything. */
  open(): void {
    const name = basename(this.#path);
    this.#parentWatcher = tryToWatch(dirname(this.#path), (changed) => {
      if (changed !== null && changed !== name) return;
      this.#rootHint = true;
      this.#onHint();
    });
  }

  /** Makes the next examination look at everything, for events that were missed. */
  rescan(): void {
    this.#rootHint = true;
    for (const relative of this.#directories.keys()) this.#hints.set(relative, 'everything');
    this.#onHint();
  }

  /** Makes the next examination name a file, whatever became of it. */
  revisit(file: string): void {
    this.#revisits.add(file);
    this.#onHint();
  }

  /** Looks at what there are hints of. Not to be called again before it has resolved. */
  async examine(): Promise<Examination> {
    const files = new Set(this.#revisits);
    this.#revisits.clear();
    if (this.#rootHint) await this.#examineRoot(files);
    const hints = this.#hints;
    this.#hints = new Map();
    for (const [relative, hint] of hints) {
      const directory = this.#directories.get(relative);
      if (directory === undefined) continue;
      if (hint === 'everything') await this.#scan(directory, files);
      else for (const name of hint) await this.#look(directory, name, files, 'event');
    }
    return { files, present: this.#present };
  }

  /** Ends all watches; an examination that is under way opens none any more. */
  close(): void {
    this.#closed = true;
    this.#parentWatcher?.close();
    this.#links.close();
    for (const directory of this.#directories.values()) directory.watcher?.close();
    this.#directories.clear();
  }

  #hint(relative: string, name: string | null): void {
    const known = this.#hints.get(relative);
    if (name === null || name.startsWith('..')) this.#hints.set(relative, 'everything');
    else if (known === undefined) this.#hints.set(relative, new Set([name]));
    else if (known !== 'everything') known.add(name);
    this.#onHint();
  }

  async #examineRoot(files: Set<string>): Promise<void> {
    this.#rootHint = false;
    const entry = await lookUp(this.#path);
    this.#present = entry.is === 'folder';
    const root = this.#directories.get('');
    // What is known of a folder that is gone stays: one that is being replaced must not take the traffic with it.
    if (entry.is !== 'folder' || root?.identity === entry.identity) return;
    if (root !== undefined) this.#forget(root, files);
    await this.#enter({ relative: '', path: this.#path, parent: null, identity: entry.identity }, files);
  }

  async #enter(place: Pick<Directory, 'relative' | 'path' | 'parent' | 'identity'>, files: Set<string>): Promise<Directory> {
    const { relative } = place;
    const watcher = this.#closed ? null : tryToWatch(place.path, (name) => this.#hint(relative, name));
    if (watcher === null) this.#unwatched++;
    const directory: Directory = { ...place, watcher, files: new Map(), folders: new Map() };
    this.#directories.set(relative, directory);
    await this.#scan(directory, files);
    return directory;
  }

  async #scan(directory: Directory, files: Set<string>): Promise<void> {
    let names: readonly string[];
    try {
      names = await readdir(directory.path);
    } catch (error) {
      if (codeOf(error) === null) throw error;
      // It vanished, or may no longer be read; its parent's watch or the next rescan tells.
      return;
    }
    const present = new Set(names);
    for (const name of [...directory.files.keys(), ...directory.folders.keys()]) {
      if (!present.has(name)) this.#lose(directory, name, files);
    }
    for (const name of names.toSorted()) await this.#look(directory, name, files, 'scan');
  }

  async #look(directory: Directory, name: string, files: Set<string>, why: 'event' | 'scan'): Promise<void> {
    if (name.startsWith('.')) return;
    const path = join(directory.path, name);
    const relative = join(directory.relative, name);
    const entry = await lookUp(path);
    const folder = directory.folders.get(name);
    if (entry.is === 'folder') {
      if (folder?.identity === entry.identity) return;
      this.#lose(directory, name, files);
      if (isInside(directory, entry.identity)) return;
      directory.folders.set(name, await this.#enter({ relative, path, parent: directory, identity: entry.identity }, files));
      return;
    }
    if (entry.is === 'nothing' || folder !== undefined) this.#lose(directory, name, files);
    if (entry.is !== 'file' || !MANIFEST.test(name)) return;
    if (why === 'scan' && entry.settled && directory.files.get(name) === entry.state) return;
    directory.files.set(name, entry.state);
    this.#links.follow(relative, entry.target);
    files.add(relative);
  }

  /** A name no longer stands for what it did. */
  #lose(directory: Directory, name: string, files: Set<string>): void {
    const relative = join(directory.relative, name);
    if (directory.files.delete(name)) {
      this.#links.follow(relative, null);
      files.add(relative);
    }
    const folder = directory.folders.get(name);
    if (folder === undefined) return;
    directory.folders.delete(name);
    this.#forget(folder, files);
  }

  #forget(directory: Directory, files: Set<string>): void {
    directory.watcher?.close();
    if (directory.watcher === null) this.#unwatched--;
    this.#directories.delete(directory.relative);
    for (const name of [...directory.files.keys(), ...directory.folders.keys()]) this.#lose(directory, name, files);
  }
}
