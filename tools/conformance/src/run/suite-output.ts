/** How a test ended. */
export type Outcome = 'passed' | 'failed' | 'skipped';

/** A test that ended. */
export interface TestResult {
  /** Short name; {@link SETUP} for what is not a test of its own. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** What it and its parts said, without Go's own lines. Held only until it ended. */
  readonly output: readonly string[];
}

/** The name under which the suite's own preparations fail. */
export const SETUP = 'TestConformance';

/** Begins each line of Go's testing package, so that what tests print is not taken for one. */
const MARK = '\u0016';
const ENDED = /^--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+)s\)$/;
const NAMED = /^=== (?:RUN|CONT|NAME|PAUSE) +(\S*)$/;
const OUTCOMES: Readonly<Record<string, Outcome>> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' };

/**
 * Reads the output of a Go test program run with `-test.v=test2json`: says of each test how it ended, at that moment, with what it said
 * although parallel tests talk across each other.
 * @see https://pkg.go.dev/cmd/test2json
 */
export class SuiteOutput {
  readonly #ended: (result: TestResult) => void;
  readonly #said = new Map<string, string[]>();
  #current = '';

  /** @param ended called once for each test, in the order in which they end. */
  constructor(ended: (result: TestResult) => void) {
    this.#ended = ended;
  }

  /** Takes one line, without its end. */
  line(text: string): void {
    const mark = text.indexOf(MARK);
    if (mark === -1) return this.#keep(text);
    if (mark > 0 && text.slice(0, mark).trim() !== '') this.#keep(text.slice(0, mark));
    const framed = text.slice(mark + 1);
    const named = NAMED.exec(framed);
    if (named !== null) {
      this.#current = testOf(named[1] as string);
      return;
    }
    const ended = ENDED.exec(framed);
    if (ended !== null) this.#end(ended[2] as string, OUTCOMES[ended[1] as string] as Outcome, Number(ended[3]));
  }

  #keep(text: string): void {
    const said = this.#said.get(this.#current);
    if (said === undefined) this.#said.set(this.#current, [text]);
    else said.push(text);
  }

  #end(path: string, outcome: Outcome, seconds: number): void {
    const name = testOf(path);
    if (path !== name && path !== `${SETUP}/${name}`) return;
    // The whole fails when one of its tests does; that is of interest only where it says why by itself.
    if (name === SETUP && (outcome !== 'failed' || this.#said.get(SETUP)?.some((line) => line.includes('Error Trace:')) !== true)) return;
    this.#ended({ name, outcome, seconds, output: this.#said.get(name) ?? [] });
    this.#said.delete(name);
  }
}

/** `TestConformance/HTTPRouteMatching/0_request` is part of `HTTPRouteMatching`. */
function testOf(path: string): string {
  const [root = '', test] = path.split('/', 2);
  return test ?? root;
}
