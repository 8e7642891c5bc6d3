import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

interface TargetFolder {
  readonly watcher: FSWatcher;
  readonly links: Set<string>;
}

/**
 * Watches the folders in which the targets of linked files lie: writing to a target changes nothing in the folder of
 * the link. A link that points elsewhere later moves along; what is between link and target is left to rescans.
 */
export class LinkWatches {
  readonly #onChange: (link: string) => void;
  readonly #folders = new Map<string, TargetFolder>();
  readonly #targets = new Map<string, string>();
  #closed = false;

  /** @param onChange called with a link whose target may have changed. */
  constructor(onChange: (link: string) => void) {
    this.#onChange = onChange;
  }

  /** Watches the target of a link, or nothing for `null`. */
  follow(link: string, target: string | null): void {
    const folder = target === null ? undefined : dirname(target);
    const before = this.#targets.get(link);
    if (before === folder || this.#closed) return;
    if (before !== undefined) this.#leave(link, before);
    if (folder !== undefined) this.#join(link, folder);
  }

  /** Ends all watches; none is opened afterwards. */
  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.#targets.clear();
  }

  #join(link: string, folder: string): void {
    let known = this.#folders.get(folder);
    if (known === undefined) {
      const watcher = tryToWatch(folder, () => {
        for (const each of known?.links ?? []) this.#onChange(each);
      });
      if (watcher === null) return;
      known = { watcher, links: new Set() };
      this.#folders.set(folder, known);
    }
    known.links.add(link);
    this.#targets.set(link, folder);
  }

  #leave(link: string, folder: string): void {
    this.#targets.delete(link);
    const known = this.#folders.get(folder);
    known?.links.delete(link);
    if (known === undefined || known.links.size > 0) return;
    known.watcher.close();
    this.#folders.delete(folder);
  }
}

/**
 * Watches a folder, not what lies below; `null` where the system refuses.
 * @param onEvent the name of the entry, `null` where the system does not tell.
 */
export function tryToWatch(folder: string, onEvent: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_event, name) => onEvent(name));
    // The folder went away: whoever watches its parent hears of it.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
