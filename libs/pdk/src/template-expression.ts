/** What an expression may read of a request. Names are as written in the template. */
export interface TemplateSource {
  header(name: string): string | null;
  queryParam(name: string): string | true | null;
  uriCapture(name: string): string | null;
  shared(name: string): string | number | boolean | null;
}

/** A value of an expression, as Lua's: `null` is nil. */
export type TemplateValue = string | number | boolean | null;

/** A compiled expression. */
export type Expression = (source: TemplateSource) => TemplateValue;

/** An expression and where it ended in the text, or what is wrong with it. */
export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression; readonly end: number }
  | { readonly ok: false; readonly problem: string };

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(\.\.|==|~=|[.[\]()]))/y;
const ROOTS = ['headers', 'query_params', 'uri_captures', 'shared'] as const;
const KEYWORDS = new Set(['and', 'or', 'not', 'nil', 'true', 'false']);
const SUBSET =
  'supported are headers, query_params, uri_captures and shared with .name or ["name"], strings, numbers, nil, true, false, and, or, not, ==, ~=, .. and parentheses';

class Unsupported extends Error {}

/**
 * Compiles the inside of `$(…)`: a part of Lua without calls, assignments or loops. `or`, `and` and `not` take nil and
 * false as false and give their operands, as Lua does; `..` writes nil as nothing.
 * @param start behind the opening parenthesis; the result's `end` is behind the closing one.
 */
export function parseExpression(text: string, start: number): ParsedExpression {
  const parser = new Parser(text, start);
  try {
    const expression = parser.alternatives();
    parser.expect(')');
    return { ok: true, expression, end: parser.position };
  } catch (error) {
    if (error instanceof Unsupported) return { ok: false, problem: error.message };
    throw error;
  }
}

/** As Lua's `tostring`, with nil as nothing. */
export function textOf(value: TemplateValue): string {
  return value === null ? '' : String(value);
}

const isTrue = (value: TemplateValue): boolean => value !== null && value !== false;

class Parser {
  readonly #text: string;
  position: number;
  #depth = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.position = start;
  }

  alternatives(): Expression {
    let left = this.#conjunction();
    while (this.#accept('or')) {
      const [first, second] = [left, this.#conjunction()];
      left = (source) => {
        const value = first(source);
        return isTrue(value) ? value : second(source);
      };
    }
    return left;
  }

  expect(token: string): void {
    if (!this.#accept(token)) this.#fail();
  }

  #conjunction(): Expression {
    let left = this.#comparison();
    while (this.#accept('and')) {
      const [first, second] = [left, this.#comparison()];
      left = (source) => {
        const value = first(source);
        return isTrue(value) ? second(source) : value;
      };
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    if (this.#accept('==')) {
      const right = this.#concatenation();
      return (source) => left(source) === right(source);
    }
    if (!this.#accept('~=')) return left;
    const right = this.#concatenation();
    return (source) => left(source) !== right(source);
  }

  #concatenation(): Expression {
    const left = this.#operand();
    if (!this.#accept('..')) return left;
    const right = this.#concatenation();
    return (source) => textOf(left(source)) + textOf(right(source));
  }

  #operand(): Expression {
    if (this.#accept('not')) {
      const operand = this.#nested(() => this.#operand());
      return (source) => !isTrue(operand(source));
    }
    if (this.#accept('(')) {
      const inner = this.#nested(() => this.alternatives());
      this.expect(')');
      return inner;
    }
    const token = this.#next();
    if (token === 'nil') return () => null;
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (/^["']/.test(token)) return constant(unquote(token));
    if (/^\d/.test(token)) return constant(Number(token));
    const root = ROOTS.find((name) => name === token);
    return root === undefined ? this.#fail(token) : this.#path(root);
  }

  #path(root: (typeof ROOTS)[number]): Expression {
    const key = this.#key();
    if (root === 'headers') return (source) => source.header(key);
    if (root === 'query_params') return (source) => source.queryParam(key);
    if (root === 'uri_captures') return (source) => source.uriCapture(key);
    return (source) => source.shared(key);
  }

  #key(): string {
    if (this.#accept('.')) {
      const name = this.#next();
      return /^[A-Za-z_]/.test(name) && !KEYWORDS.has(name) ? name : this.#fail(name);
    }
    this.expect('[');
    const token = this.#next();
    const key = /^["']/.test(token) ? unquote(token) : /^\d+$/.test(token) ? token : this.#fail(token);
    this.expect(']');
    return key;
  }

  /** A configuration is not a program: what nests deeper than this was made to overflow the stack. */
  #nested<T>(parse: () => T): T {
    if ((this.#depth += 1) > 50) throw new Unsupported('too many nested parentheses');
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #accept(token: string): boolean {
    const [found, end] = this.#peek();
    if (found !== token) return false;
    this.position = end;
    return true;
  }

  #next(): string {
    const [token, end] = this.#peek();
    if (token === null) this.#fail();
    this.position = end;
    return token;
  }

  #peek(): [token: string | null, end: number] {
    TOKEN.lastIndex = this.position;
    const match = TOKEN.exec(this.#text);
    return match === null ? [null, this.position] : [match[0].trim(), TOKEN.lastIndex];
  }

  #fail(token: string | null = this.#peek()[0]): never {
    const rest = this.#text.slice(this.position).trim();
    const found = token === null ? (rest === '' ? 'the end of the value' : `'${rest.slice(0, 20)}'`) : `'${token}'`;
    throw new Unsupported(`unexpected ${found} in $(...): ${SUBSET}`);
  }
}

function constant(value: TemplateValue): Expression {
  return () => value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(\d{1,3}|.)/g, (_, escaped: string) => {
    return /^\d/.test(escaped) ? String.fromCharCode(Number(escaped) & 255) : (ESCAPES[escaped] ?? escaped);
  });
}
