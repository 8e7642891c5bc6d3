/**
 * Reads a regular expression in the syntax of RE2 and Rust's `regex`, and says what of it means the same to JavaScript.
 * What it does not know for certain to be the same, it calls not portable, and the RE2 engine runs it.
 */
export interface RegexAnalysis {
  /** The same expression for `RegExp` without flags, or `null` when it is not portable. */
  readonly source: string | null;
  /** Characters that every match of the anchored expression starts with. */
  readonly literal: string;
  /** What the expression is as a whole: its literal alone, its literal and `$`, or more. */
  readonly shape: 'prefix' | 'exact' | 'regex';
  /** Whether it has capture groups; false where it is not portable. */
  readonly hasGroups: boolean;
}

/** Escapes of letters that mean the same in both. `\s` does not: JavaScript's has more characters. */
const SAME_ESCAPES = 'dDwWbBnrtfv';
const CONTROL_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' };
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;
const GROUP_NAME = /^\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/;
const CLASS_ESCAPE = /\\[dDwW]/;

interface OpenGroup {
  /** Whether the group itself captures. */
  readonly capturing: boolean;
  /** Whether a capturing group was closed inside. */
  hasCaptures: boolean;
}

/** Analyses an expression that will be matched as if it began with `^`. */
export function analyseRegex(expression: string): RegexAnalysis {
  const scanner = new Scanner(expression);
  if (!scanner.run()) return { source: null, literal: '', shape: 'regex', hasGroups: false };
  const literal = scanner.alternatives ? '' : scanner.literal;
  return { source: scanner.output, literal, shape: scanner.shape(), hasGroups: scanner.hasGroups };
}

class Scanner {
  output = '';
  literal = '';
  alternatives = false;
  hasGroups = false;
  /** Whether everything so far was literal. */
  #inLiteral = true;
  #sawEnd = false;
  #sawMore = false;
  #rest: string;
  readonly #open: OpenGroup[] = [];
  /** Whether the last thing read can take a quantifier; for groups whether a repetition may differ in its captures. */
  #atom: 'none' | 'plain' | 'group-with-captures' = 'none';

  constructor(expression: string) {
    this.#rest = expression;
  }

  /** @returns false when something is not portable. */
  run(): boolean {
    while (this.#rest !== '') if (!this.#step()) return false;
    return this.#open.length === 0;
  }

  shape(): 'prefix' | 'exact' | 'regex' {
    if (this.alternatives || this.#sawMore) return 'regex';
    return this.#sawEnd ? 'exact' : 'prefix';
  }

  #step(): boolean {
    const char = this.#rest.charAt(0);
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#openGroup();
      case ')':
        return this.#closeGroup();
      case '|':
        return this.#alternative();
      case '^':
        return this.#start();
      case '$':
        return this.#end();
      case '.':
        return this.#emit('.', '[^\\n]');
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#quantifier();
      default:
        return this.#literalChar(char, char);
    }
  }

  /** Something that is not literal. */
  #emit(consumed: string, source: string): boolean {
    this.#take(consumed, source);
    this.#leaveLiteral();
    this.#atom = 'plain';
    return true;
  }

  #take(consumed: string, source: string): void {
    this.#rest = this.#rest.slice(consumed.length);
    this.output += source;
  }

  #leaveLiteral(): void {
    this.#inLiteral = false;
    this.#sawMore = true;
  }

  #literalChar(consumed: string, char: string): boolean {
    const code = char.charCodeAt(0);
    if (code >= 0xd800 && code <= 0xdfff) return false;
    this.#take(consumed, escapeLiteral(char));
    if (this.#sawEnd) this.#leaveLiteral();
    if (this.#inLiteral) this.literal += char;
    this.#atom = 'plain';
    return true;
  }

  #escape(): boolean {
    const char = this.#rest.charAt(1);
    if (/^[!-/:-@[-`{-~]$/.test(char)) return this.#literalChar(`\\${char}`, char);
    const control = CONTROL_ESCAPES[char];
    if (control !== undefined) return this.#literalChar(`\\${char}`, control);
    const hex = /^\\x([0-9A-Fa-f]{2})/.exec(this.#rest);
    if (hex !== null) return this.#literalChar(hex[0], String.fromCharCode(Number.parseInt(hex[1] ?? '', 16)));
    if (char === '' || !SAME_ESCAPES.includes(char)) return false;
    this.#emit(`\\${char}`, `\\${char}`);
    if (char === 'b' || char === 'B') this.#atom = 'none';
    return true;
  }

  /** A class is copied as it is, if it is of the plain kind that all dialects read alike. */
  #class(): boolean {
    const text = /^\[\^?(?:[^\]\\[]|\\[^\n])+\]/.exec(this.#rest)?.[0];
    if (text === undefined) return false;
    const body = text.slice(text[1] === '^' ? 2 : 1, -1);
    const escapes = body.match(/\\./g) ?? [];
    if (escapes.some((escape) => !/^\\(?:[dDwWnrtf]|[!-/:-@[-`{-~])$/.test(escape))) return false;
    if (/&&|--|~~|[\u{d800}-\u{dfff}]|^\^/u.test(body)) return false;
    if (CLASS_ESCAPE.test(body) && body.slice(1, -1).includes('-') && !body.includes('\\-')) return false;
    return this.#emit(text, text);
  }

  #openGroup(): boolean {
    const named = GROUP_NAME.exec(this.#rest);
    const plain = this.#rest.startsWith('(?:');
    if (named === null && !plain && this.#rest.startsWith('(?')) return false;
    if (named !== null) this.#emit(named[0], `(?<${named[1]}>`);
    else if (plain) this.#emit('(?:', '(?:');
    else this.#emit('(', '(');
    this.hasGroups ||= !plain;
    this.#open.push({ capturing: !plain, hasCaptures: false });
    this.#atom = 'none';
    return true;
  }

  #closeGroup(): boolean {
    const group = this.#open.pop();
    if (group === undefined) return false;
    this.#emit(')', ')');
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.hasCaptures ||= group.capturing || group.hasCaptures;
    if (group.hasCaptures) this.#atom = 'group-with-captures';
    return true;
  }

  #alternative(): boolean {
    if (this.#open.length === 0) this.alternatives = true;
    this.#emit('|', '|');
    this.#atom = 'none';
    return true;
  }

  #start(): boolean {
    this.#take('^', '^');
    if (this.literal !== '' || !this.#inLiteral || this.#sawEnd) this.#leaveLiteral();
    this.#atom = 'none';
    return true;
  }

  #end(): boolean {
    this.#take('$', '$');
    this.#sawEnd = true;
    if (this.#open.length > 0) this.#leaveLiteral();
    this.#atom = 'none';
    return true;
  }

  /** JavaScript forgets inner captures at each repetition and RE2 does not, so such groups are left to RE2. */
  #quantifier(): boolean {
    const text = QUANTIFIER.exec(this.#rest)?.[0];
    if (text === undefined || this.#atom === 'none') return false;
    if (this.#atom === 'group-with-captures' && !text.startsWith('?')) return false;
    // A quantifier binds to the last character, which is then no longer certain.
    if (this.#inLiteral) this.literal = this.literal.slice(0, -1);
    this.#emit(text, text);
    this.#atom = 'none';
    return true;
  }
}

function escapeLiteral(char: string): string {
  if (/^[\\^$.*+?()[\]{}|/]$/.test(char)) return `\\${char}`;
  return char === '\n' ? '\\n' : char === '\r' ? '\\r' : char;
}
