import { readFileSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Configuration, Entity } from '@gibbon/contracts/entities';
import { codeOf } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Logger } from '@gibbon/contracts/services';
import { ENTITY_TYPES } from '@gibbon/model';

/** A configuration as the data plane keeps it, with the hash by which controllers know it. */
export interface KnownConfiguration {
  readonly hash: string;
  readonly configuration: Configuration;
}

/** What was kept: entities as they were written, to be checked by who uses them. */
export interface CachedConfiguration {
  readonly hash: string;
  /** By type. */
  readonly entities: Readonly<Record<string, readonly unknown[]>>;
}

/** What a {@link ConfigurationCache} works with. */
export interface ConfigurationCacheOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What serves when a file is about to be written; `null` where nothing is known by a hash. */
  readonly current: () => KnownConfiguration | null;
}

const FORMAT = 1;
/** Least time between the beginnings of two writes. Milliseconds. */
const PERIOD_MS = 1000;
/** Writing takes at most one part in so many of the time: large configurations that keep changing are written less often. */
const SHARE = 20;
/** Characters that are made into bytes at once, so that requests are served in between. */
const PIECE = 65_536;

/**
 * The last configuration in a file, for a proxy that starts while no controller is there. One entity per line, so that
 * writing it never holds up the thread that serves; replaced as a whole, readable by the owner alone.
 */
export class ConfigurationCache {
  readonly #options: ConfigurationCacheOptions;
  #timer: Disposable | null = null;
  #writing: Promise<void> | null = null;
  #stale = false;
  #notBefore = 0;

  constructor(options: ConfigurationCacheOptions) {
    this.#options = options;
  }

  /** What the file holds; `null` where there is none. A file that cannot be used is logged, and as good as none. */
  read(): CachedConfiguration | null {
    const { file, log } = this.#options;
    try {
      return parse(readFileSync(file, 'utf8'));
    } catch (err) {
      if (codeOf(err) !== 'ENOENT') log.warn({ file, err }, 'the kept configuration cannot be used');
      return null;
    }
  }

  /** What serves has changed: it will be written, soon. */
  changed(): void {
    this.#stale = true;
    if (this.#timer !== null || this.#writing !== null) return;
    const { clock } = this.#options;
    const delayMs = Math.max(this.#notBefore - clock.monotonic(), 0);
    if (delayMs === 0) this.#write();
    else this.#timer = clock.after(delayMs, () => this.#onTimer());
  }

  /** Writes what is not written yet, at once. Resolves when the file is in place; never rejects. */
  async flush(): Promise<void> {
    await this.#timer?.dispose();
    this.#timer = null;
    await this.#writing;
    await (this.#timer as Disposable | null)?.dispose();
    this.#timer = null;
    if (this.#stale) this.#write();
    await this.#writing;
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#stale) this.#write();
  }

  #write(): void {
    const { clock, current, file, log } = this.#options;
    this.#stale = false;
    const known = current();
    if (known === null) return;
    const startedAt = clock.monotonic();
    this.#writing = replaceFile(file, known)
      .catch((err: unknown) => log.error({ file, err }, 'the configuration cannot be kept for the next start'))
      .then(() => {
        this.#writing = null;
        const durationMs = clock.monotonic() - startedAt;
        this.#notBefore = startedAt + Math.max(PERIOD_MS, durationMs * SHARE);
        if (this.#stale) this.changed();
      });
  }
}

async function replaceFile(file: string, known: KnownConfiguration): Promise<void> {
  const draft = `${file}.tmp`;
  // One that was left behind may have another mode.
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await writeLines(handle, known);
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

async function writeLines(handle: FileHandle, { hash, configuration }: KnownConfiguration): Promise<void> {
  let piece = `${JSON.stringify({ gibbon: 'configuration', format: FORMAT, hash })}\n`;
  let count = 0;
  for (const type of ENTITY_TYPES) {
    for (const entity of configuration[type] as readonly Entity[]) {
      piece += `${JSON.stringify([type, entity])}\n`;
      count += 1;
      if (piece.length < PIECE) continue;
      await handle.write(piece);
      piece = '';
    }
  }
  await handle.write(`${piece}${JSON.stringify({ entities: count })}\n`);
}

/** @throws Error for what `writeLines` would not have written. */
function parse(text: string): CachedConfiguration {
  const lines = text.trimEnd().split('\n');
  const head = JSON.parse(lines[0] ?? '') as { readonly gibbon?: unknown; readonly format?: unknown; readonly hash?: unknown };
  if (head.gibbon !== 'configuration' || head.format !== FORMAT || typeof head.hash !== 'string') throw new Error('it is of another kind');
  const end = JSON.parse(lines.at(-1) ?? '') as { readonly entities?: unknown };
  if (end.entities !== lines.length - 2) throw new Error('it is not complete');
  const entities: Record<string, unknown[]> = {};
  for (const line of lines.slice(1, -1)) {
    const [type, entity] = JSON.parse(line) as readonly [unknown, unknown];
    if (typeof type !== 'string') throw new Error('it has an entity without a type');
    (entities[type] ??= []).push(entity);
  }
  return { hash: head.hash, entities };
}
