import type { ObjectRef } from '@gibbon/contracts/resource';
import type { StatusDraft, StatusSink } from '@gibbon/contracts/status';
import type { Problem, ProblemChanges } from './problem-log.ts';

/** Longest message of a condition that an API server takes. */
const MAX_MESSAGE = 32_768;

interface Condition {
  readonly type?: unknown;
  readonly status?: unknown;
}

/**
 * Hands statuses on, and says of objects that are not what they were translated to that they are not programmed: problems
 * come up after the translation, when objects contradict each other or a data plane answers.
 */
export class ProgrammedStatuses implements StatusSink {
  readonly #sink: StatusSink;
  /** Drafts that follow problems. */
  readonly #drafts = new Map<string, StatusDraft>();
  /** What is wrong with objects. */
  readonly #sentences = new Map<string, Set<string>>();

  constructor(sink: StatusSink) {
    this.#sink = sink;
  }

  submit(drafts: readonly StatusDraft[]): void {
    this.#sink.submit(
      drafts.map((draft) => {
        if (draft.followsProblems !== true) return draft;
        this.#drafts.set(keyOf(draft.ref), draft);
        return this.#judged(draft);
      }),
    );
  }

  forget(ref: ObjectRef): void {
    this.#drafts.delete(keyOf(ref));
    this.#sink.forget(ref);
  }

  /** Follows what comes and goes. */
  follow({ appeared, solved }: ProblemChanges): void {
    const changed = new Set<string>();
    for (const problem of solved) this.#remove(problem, changed);
    for (const problem of appeared) this.#add(problem, changed);
    const drafts = [...changed].map((key) => this.#drafts.get(key)).filter((draft) => draft !== undefined);
    if (drafts.length > 0) this.#sink.submit(drafts.map((draft) => this.#judged(draft)));
  }

  #add(problem: Problem, changed: Set<string>): void {
    if (problem.ref === null) return;
    const key = keyOf(problem.ref);
    this.#sentences.getOrInsertComputed(key, () => new Set()).add(sentenceOf(problem));
    changed.add(key);
  }

  #remove(problem: Problem, changed: Set<string>): void {
    if (problem.ref === null) return;
    const key = keyOf(problem.ref);
    const sentences = this.#sentences.get(key);
    sentences?.delete(sentenceOf(problem));
    if (sentences?.size === 0) this.#sentences.delete(key);
    changed.add(key);
  }

  #judged(draft: StatusDraft): StatusDraft {
    const sentences = this.#sentences.get(keyOf(draft.ref));
    if (sentences === undefined) return draft;
    const message = [...sentences].join('; ').slice(0, MAX_MESSAGE);
    const conditions = (draft.status['conditions'] as readonly Condition[]).map((condition) =>
      condition.type === 'Programmed' && condition.status === 'True'
        ? { ...condition, status: 'False', reason: 'Invalid', message }
        : condition,
    );
    return { ...draft, status: { ...draft.status, conditions } };
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}:${namespace}/${name}`;
}

/** Where a problem stands is not what it is: it may have moved between its coming and its going. */
function sentenceOf({ field, message }: Problem): string {
  return field === '' ? message : `${field}: ${message}`;
}
