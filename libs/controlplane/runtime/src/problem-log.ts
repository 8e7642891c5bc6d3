import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Logger } from '@gibbon/contracts/services';

/** Something that is wrong now, with an object, a file, or a target. */
export interface Problem {
  /** The object to mend, where it is known. */
  readonly ref: ObjectRef | null;
  /** Further objects that it concerns, which may exist or not. */
  readonly others?: readonly ObjectRef[];
  /** Where it comes from (`web.yaml:12:3`), or empty. */
  readonly location: string;
  /** Dotted path in the object, or empty. */
  readonly field: string;
  /** CamelCase: `Unreadable`, `Invalid`, `Rejected`, `PublishFailed`, or a reason of a translator's failure. */
  readonly reason: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Problems that came and went at a time. */
export interface ProblemChanges {
  readonly appeared: readonly Problem[];
  readonly solved: readonly Problem[];
}

interface Entry {
  problem: Problem;
  /** Who reports it; the same problem may have several reporters. */
  readonly origins: Set<string>;
}

/** Lines per flush: beyond that, one line tells how many more there are. */
const MAX_LINES = 50;

/** The problems that exist now. Writes one line for each that appears and each that is solved. */
export class ProblemLog {
  readonly #logger: Logger;
  readonly #onChange: (changes: ProblemChanges) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #byOrigin = new Map<string, ReadonlySet<string>>();
  /** Problems that came or went since the last flush, with what there was before. */
  readonly #before = new Map<string, Problem | null>();

  /** @param onChange called at each flush with what came and went since the last one, if anything did. */
  constructor(logger: Logger, onChange: (changes: ProblemChanges) => void = () => {}) {
    this.#logger = logger;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** All of them: by object, field and message, those without an object first. */
  list(): Problem[] {
    return [...this.#entries.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { problem }]) => problem);
  }

  /** Replaces what an origin (a file, an entity of a target) reports. */
  replace(origin: string, problems: readonly Problem[]): void {
    const keys = new Set<string>();
    for (const problem of problems) {
      const key = keyOf(problem);
      keys.add(key);
      const entry = this.#entries.get(key);
      if (entry === undefined) {
        this.#note(key, null);
        this.#entries.set(key, { problem, origins: new Set([origin]) });
      } else {
        // The same problem on another line is no news.
        entry.problem = problem;
        entry.origins.add(origin);
      }
    }
    for (const key of this.#byOrigin.get(origin) ?? []) if (!keys.has(key)) this.#leave(key, origin);
    if (keys.size === 0) this.#byOrigin.delete(origin);
    else this.#byOrigin.set(origin, keys);
  }

  /** Tells what has changed since the last flush. */
  flush(): void {
    const appeared: Problem[] = [];
    const solved: Problem[] = [];
    let lines = 0;
    for (const [key, before] of this.#before) {
      const now = this.#entries.get(key)?.problem ?? null;
      if ((before === null) === (now === null)) continue;
      if (now !== null) appeared.push(now);
      else if (before !== null) solved.push(before);
      if (++lines > MAX_LINES) continue;
      if (now !== null) this.#logger.warn(fieldsOf(now), 'configuration problem');
      else if (before !== null) this.#logger.info(fieldsOf(before), 'configuration problem solved');
    }
    this.#before.clear();
    if (lines > MAX_LINES) {
      const more = lines - MAX_LINES;
      this.#logger.warn({ more, problems: this.size }, 'further configuration problems came or went; they are not logged one by one');
    }
    if (lines > 0) this.#onChange({ appeared, solved });
  }

  #leave(key: string, origin: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.origins.delete(origin);
    if (entry.origins.size > 0) return;
    this.#note(key, entry.problem);
    this.#entries.delete(key);
  }

  #note(key: string, before: Problem | null): void {
    if (!this.#before.has(key)) this.#before.set(key, before);
  }
}

/** Where a problem stands is not what it is: an edit above it moves it. */
function keyOf({ ref, location, field, reason, message }: Problem): string {
  const place = ref === null ? location.replace(/:\d+:\d+$/, '') : `${ref.kind} ${ref.namespace}/${ref.name}`;
  return JSON.stringify([ref === null ? '' : ref.kind, place, field, reason, message]);
}

function fieldsOf({ ref, location, field, reason, message }: Problem): Readonly<Record<string, unknown>> {
  return {
    ...(ref === null ? {} : { kind: ref.kind, ref: ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}` }),
    ...(location === '' ? {} : { location }),
    ...(field === '' ? {} : { field }),
    reason,
    problem: message,
  };
}
