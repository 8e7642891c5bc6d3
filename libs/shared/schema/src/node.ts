import type { Report } from './report.ts';

/** A JSON Schema as objects hold it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A compiled schema: one place of a configuration. */
export interface Node {
  /** Kong's word for what belongs here, with its article: `a string`, `an integer`, `a record`. */
  readonly expected: string;
  /** Whether `null` is a value of its own here; elsewhere it means "unset". */
  readonly nullable: boolean;
  /** What an absent value becomes, complete and frozen; `undefined` when absence stays absence. */
  readonly absent: unknown;
  /**
   * Checks a value that is neither absent nor an unset `null` and completes it. Reports every problem.
   * @returns a frozen copy; of no meaning where problems were reported.
   */
  check(value: unknown, report: Report): unknown;
}

/** Checks a string of a certain form. @returns what is wrong, or `null`. */
export type FormatCheck = (value: string) => string | null;

/** Compiles a schema below the one at hand. `pointer` is the JSON pointer, for errors in the schema itself. */
export type Compile = (schema: unknown, pointer: string) => Node;

/** What the compilers of the keywords share. */
export interface CompileContext {
  readonly compile: Compile;
  readonly formats: ReadonlyMap<string, FormatCheck>;
}
