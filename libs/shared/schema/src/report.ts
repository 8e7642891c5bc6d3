import type { ConfigProblem } from '@gibbon/contracts/module';

/** A problem that validation found. */
export interface SchemaProblem extends ConfigProblem {
  /** `record`: a rule on several fields of the object at `path` (Kong's entity checks). `field`: the value at `path`. */
  readonly scope: 'field' | 'record';
}

/** Collects problems; knows where validation stands. One per validation. */
export class Report {
  readonly problems: SchemaProblem[] = [];
  readonly #path: (string | number)[] = [];

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** A problem of the value at hand. */
  add(message: string): void {
    this.problems.push({ path: this.#path.join('.'), message, scope: 'field' });
  }

  /** A problem of a value below; `path` is relative and dotted. */
  addAt(path: string, message: string): void {
    this.problems.push({ path: this.#absolute(path), message, scope: 'field' });
  }

  /** A rule on several fields of the record at hand does not hold. */
  addRule(message: string): void {
    this.problems.push({ path: this.#path.join('.'), message, scope: 'record' });
  }

  /** Whether something below the value at hand was reported since `mark` (an earlier length of `problems`). */
  hasProblemAt(path: string, mark: number): boolean {
    const absolute = this.#absolute(path);
    for (let i = mark; i < this.problems.length; i++) {
      const found = this.problems[i]?.path ?? '';
      if (found === absolute || found.startsWith(`${absolute}.`)) return true;
    }
    return false;
  }

  /** Takes over problems of a trial that stood at the same place. */
  adopt(trial: Report): void {
    for (const problem of trial.problems) this.problems.push({ ...problem, path: this.#absolute(problem.path) });
  }

  #absolute(path: string): string {
    if (this.#path.length === 0) return path;
    return path === '' ? this.#path.join('.') : `${this.#path.join('.')}.${path}`;
  }
}
