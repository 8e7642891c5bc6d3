import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Clock } from '@gibbon/contracts/services';
import type { ObjectChange, SourceProblem } from '@gibbon/contracts/source';
import { refOf } from '@gibbon/k8s-types';
import { confirm, looksUnfinished, type Doubt } from './doubt.ts';
import type { FileText } from './folder/read-file.ts';
import { duplicateMessage, locationOf, readingOf, type FileClaim } from './manifest-file.ts';
import { claimKey, ObjectClaims } from './object-claims.ts';
import { FieldLocator } from './parse/field-locator.ts';
import { digestOf, type ManifestParser } from './parse/manifest-parser.ts';
import type { ParsedFile } from './parse/parsed.ts';

/** What {@link ManifestFiles} works with. */
export interface ManifestFilesOptions {
  readonly folder: string;
  readonly parser: ManifestParser;
  readonly clock: Clock;
  /** How long a content that looks unfinished must stay as it is to be believed. */
  readonly confirmMs: number;
  /** Asks for another look at a file. */
  readonly revisit: (file: string) => void;
}

/** Changes since the last time. */
export interface FilesDelta {
  readonly changes: readonly ObjectChange[];
  /** Problems by file, of files whose problems may have changed. */
  readonly problems: ReadonlyMap<string, readonly SourceProblem[]>;
}

interface FileState {
  /** What is in force. */
  accepted: ParsedFile;
  /** Whether it was once free of syntax errors. */
  wasSound: boolean;
  doubt: Doubt | null;
  recheck: Disposable | null;
  problems: readonly SourceProblem[];
}

const NOTHING: ParsedFile = Object.freeze({ digest: '', documents: Object.freeze([]), broken: false });
/** Doubts end after this many times `confirmMs`, also about a file that does not come to rest. */
const PATIENCE = 2;

/** The files of a folder, what each holds, and what is in force of it. Knows nothing of how changes are noticed. */
export class ManifestFiles {
  readonly #options: ManifestFilesOptions;
  readonly #claims = new ObjectClaims<FileClaim>();
  readonly #files = new Map<string, FileState>();
  readonly #changed = new Set<string>();
  #located: { readonly file: string; readonly locator: FieldLocator } | null = null;

  constructor(options: ManifestFilesOptions) {
    this.#options = options;
  }

  /**
   * Takes in what a file holds now.
   * @param believe takes it as it is, also where it looks unfinished: nobody is writing at the start.
   */
  review(file: string, read: FileText, believe: boolean): void {
    const state = this.#files.getOrInsertComputed(file, () => ({
      accepted: NOTHING,
      wasSound: false,
      doubt: null,
      recheck: null,
      problems: [],
    }));
    this.#changed.add(file);
    if (read.is === 'unreadable') {
      state.problems = [{ location: this.#display(file), ref: null, field: '', message: read.message }];
      return;
    }
    const text = read.is === 'gone' ? null : read.text;
    const digest = text === null ? NOTHING.digest : digestOf(text);
    const parsed =
      text === null ? NOTHING : digest === state.accepted.digest ? state.accepted : this.#options.parser.parse(file, text, state.accepted);
    const lost = this.#lostBy(file, parsed);
    const unfinished =
      parsed !== state.accepted && looksUnfinished(text, { broken: parsed.broken, loses: lost.size > 0, json: file.endsWith('.json') });
    void state.recheck?.dispose();
    state.recheck = null;
    state.doubt =
      unfinished && !believe
        ? confirm(state.doubt, digest, this.#options.clock.monotonic(), {
            confirmMs: this.#options.confirmMs,
            patienceMs: PATIENCE * this.#options.confirmMs,
          })
        : null;
    if (state.doubt !== null) {
      this.#claims.retire(file, parsed.broken ? new Set() : lost);
      state.recheck = this.#options.clock.after(this.#options.confirmMs, () => this.#options.revisit(file));
      return;
    }
    this.#accept(file, state, parsed);
    if (text === null) this.#files.delete(file);
  }

  /** Stops doubting a file that cannot be looked at for now: what is in force of it stays until it is reviewed again. */
  keep(file: string): void {
    const state = this.#files.get(file);
    if (state === undefined) return;
    void state.recheck?.dispose();
    state.recheck = null;
    state.doubt = null;
    this.#claims.retire(file, new Set());
  }

  /** What is different since the previous call. */
  drain(): FilesDelta {
    const { changes, files } = this.#claims.settle();
    for (const file of files) this.#changed.add(file);
    const problems = new Map([...this.#changed].map((file) => [this.#display(file), this.#problemsOf(file)]));
    this.#changed.clear();
    this.#located = null;
    return { changes, problems };
  }

  /** Where a field of an object stands. Reads the file, so it is for messages only. */
  locate(ref: ObjectRef, field: string): string | null {
    const found = this.#claims.find(ref);
    if (found === null || field === '') return found?.claim.location ?? null;
    const position = this.#locatorOf(found.file)?.locate(found.claim, field) ?? null;
    return position === null ? found.claim.location : locationOf(this.#display(found.file), position);
  }

  close(): void {
    for (const { recheck } of this.#files.values()) void recheck?.dispose();
  }

  #accept(file: string, state: FileState, parsed: ParsedFile): void {
    const reading = readingOf(this.#display(file), parsed, { claims: this.#claims.of(file), wasSound: state.wasSound });
    this.#claims.replace(file, reading.claims);
    state.accepted = parsed;
    state.wasSound ||= !parsed.broken;
    state.problems = reading.problems;
  }

  /** For many look-ups in a row one file is read and split once; the next delivery forgets it. */
  #locatorOf(file: string): FieldLocator | null {
    if (this.#located?.file === file) return this.#located.locator;
    try {
      const text = readFileSync(join(this.#options.folder, file), 'utf8');
      const locator = new FieldLocator(text, file.endsWith('.json'));
      this.#located = { file, locator };
      return locator;
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return null;
    }
  }

  /** Objects that a file has in force and would no longer have. Refused ones are not lost: their last version stays. */
  #lostBy(file: string, parsed: ParsedFile): Set<string> {
    const lost = new Set(this.#claims.of(file).keys());
    for (const { parsed: document } of parsed.documents) {
      for (const { object } of document.objects) lost.delete(claimKey(refOf(object)));
      for (const { ref } of document.problems) if (ref !== null) lost.delete(claimKey(ref));
    }
    return lost;
  }

  #problemsOf(file: string): readonly SourceProblem[] {
    const own = this.#files.get(file)?.problems ?? [];
    const duplicates = this.#claims.duplicatesOf(file).map(({ ref, claim, winner }): SourceProblem => ({
      location: claim.location,
      ref,
      field: '',
      message: duplicateMessage(winner.location),
    }));
    return [...own, ...duplicates];
  }

  #display(file: string): string {
    return join(this.#options.folder, file);
  }
}
