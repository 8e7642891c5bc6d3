import { setFlagsFromString } from 'node:v8';
import { RE2JS } from 're2js';
import { analyseRegex } from './regex-syntax.ts';

/** What a regular expression found: `[0]` is the whole match, then the groups. */
export interface RegexResult extends ReadonlyArray<string | null | undefined> {
  readonly groups?: Readonly<Record<string, string | null | undefined>> | undefined;
}

/** A compiled expression that takes linear time on every input. */
export interface Regex {
  readonly engine: 'irregexp' | 're2';
  /** Whether it has capture groups. */
  readonly hasGroups: boolean;
  test(text: string): boolean;
  exec(text: string): RegexResult | null;
}

/** The expression, or why it is refused. */
export type RegexCompilation = { readonly ok: true; readonly regex: Regex } | { readonly ok: false; readonly message: string };

/** A path expression, with what its index needs to know. `regex` is `null` where the literal says everything. */
export type PathRegexCompilation =
  | { readonly ok: true; readonly kind: 'prefix' | 'exact'; readonly literal: string; readonly regex: null }
  | { readonly ok: true; readonly kind: 'regex'; readonly literal: string; readonly regex: Regex }
  | { readonly ok: false; readonly message: string };

let netInstalled = false;

/**
 * Lets V8 go over to its linear engine when an expression backtracks too much. The flag is experimental and void for what
 * that engine does not run; hence {@link isLinear} asks it, and everything else goes to RE2. Process-wide, so set once, late.
 */
function installLinearNet(): void {
  if (netInstalled) return;
  netInstalled = true;
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}

/** Whether V8's linear engine accepts the expression: then the net holds. */
function isLinear(source: string): boolean {
  try {
    // oxlint-disable-next-line no-new -- constructing is the question; `l` is V8's flag for the linear engine.
    new RegExp(source, 'l');
    return true;
  } catch {
    return false;
  }
}

/**
 * Compiles an expression in the syntax of RE2 (`(?P<name>)` and `(?<name>)` both). Patterns that mean the same to V8 and
 * that its linear engine accepts run there; others run in RE2. Lookaround and back-references are refused.
 * @param anchored as if it began with `^`; note that `^a|b` anchors its first alternative only, as in Kong.
 */
export function compileRegex(expression: string, anchored: boolean): RegexCompilation {
  installLinearNet();
  const prefix = anchored ? '^' : '';
  const { source, hasGroups } = analyseRegex(expression);
  if (source !== null && isLinear(prefix + source)) return { ok: true, regex: new NativeRegex(new RegExp(prefix + source), hasGroups) };
  try {
    return { ok: true, regex: new Re2Regex(RE2JS.compile(prefix + expression.replaceAll('(?<', '(?P<'))) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `${reason}; RE2 syntax is understood, without lookaround and back-references` };
  }
}

/** Compiles the expression of a route's path, without its `~`. */
export function compilePathRegex(expression: string): PathRegexCompilation {
  const { literal, shape } = analyseRegex(expression);
  if (shape !== 'regex') return { ok: true, kind: shape, literal, regex: null };
  const compiled = compileRegex(expression, true);
  return compiled.ok ? { ok: true, kind: 'regex', literal, regex: compiled.regex } : compiled;
}

class NativeRegex implements Regex {
  readonly engine = 'irregexp';
  readonly hasGroups: boolean;
  readonly #regex: RegExp;

  constructor(regex: RegExp, hasGroups: boolean) {
    this.#regex = regex;
    this.hasGroups = hasGroups;
  }

  test(text: string): boolean {
    return this.#regex.test(text);
  }

  exec(text: string): RegexResult | null {
    return this.#regex.exec(text);
  }
}

class Re2Regex implements Regex {
  readonly engine = 're2';
  readonly hasGroups: boolean;
  readonly #regex: RE2JS;

  constructor(regex: RE2JS) {
    this.#regex = regex;
    this.hasGroups = regex.groupCount() > 0;
  }

  test(text: string): boolean {
    return this.#regex.test(text);
  }

  exec(text: string): RegexResult | null {
    return this.#regex.exec(text) as RegexResult | null;
  }
}
