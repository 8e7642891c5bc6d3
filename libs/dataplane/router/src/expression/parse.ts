import { isIP } from 'node:net';

/** A right-hand side. Addresses and CIDRs are written bare. */
export type Literal =
  | { readonly type: 'String'; readonly value: string }
  | { readonly type: 'Int'; readonly value: number }
  | { readonly type: 'IpAddr'; readonly value: string }
  | { readonly type: 'IpCidr'; readonly value: string };

/** An operator of the expressions language. */
export type Operator = '==' | '!=' | '~' | '^=' | '=^' | '>=' | '>' | '<=' | '<' | 'in' | 'not in' | 'contains';

/** One comparison. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly field: string;
  /** Whether the field is brought to lower case, and whether one of its values suffices. */
  readonly lower: boolean;
  readonly any: boolean;
  readonly operator: Operator;
  readonly literal: Literal;
}

/** An expression. */
export type Expression =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly inner: Expression };

/** What {@link parseExpression} throws: what is wrong, and where. */
export class ExpressionError extends Error {
  constructor(message: string, position: number) {
    super(`${message} at position ${position + 1}`);
    this.name = 'ExpressionError';
  }
}

const BLANK = /\s*/y;
/** Ours beyond Kong's: the last part in quotes, for names of headers and query parameters with other characters. */
const FIELD = /[A-Za-z][A-Za-z0-9_.]*(?:(?<=\.)"(?:[^"\\]|\\["\\])+")?/y;
const OPERATOR = /==|!=|\^=|=\^|>=|<=|>|<|~|not\s+in\b|in\b|contains\b/y;
const QUOTED = /"(?:[^"\\]|\\["\\nrt])*"/y;
const RAW = /r#"(.*?)"#/sy;
const BARE = /[-0-9A-Fa-fxX:./]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Deeper nesting is refused: reading and running an expression recurse. */
const MAX_DEPTH = 100;

/**
 * Parses Kong's expressions language, and names in quotes such as `http.queries."page-size"`. Note that `||` binds tighter than `&&`.
 * @throws ExpressionError
 * @see https://developer.konghq.com/gateway/routing/expressions/
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Expression {
    const expression = this.#conjunction();
    if (this.#at < this.#text.length) throw this.#error('expected &&, || or the end');
    return expression;
  }

  #conjunction(): Expression {
    return this.#list('and', '&&', () => this.#list('or', '||', () => this.#term()));
  }

  #list(kind: 'and' | 'or', separator: string, next: () => Expression): Expression {
    const first = next();
    const terms = [first];
    while (this.#skip(separator)) terms.push(next());
    return terms.length === 1 ? first : { kind, terms };
  }

  #term(): Expression {
    if (this.#skip('!')) {
      if (!this.#skip('(')) throw this.#error('expected ( after !');
      return { kind: 'not', inner: this.#group() };
    }
    return this.#skip('(') ? this.#group() : this.#comparison();
  }

  #group(): Expression {
    if (++this.#depth > MAX_DEPTH) throw this.#error('nested too deeply');
    const inner = this.#conjunction();
    if (!this.#skip(')')) throw this.#error('expected )');
    this.#depth--;
    return inner;
  }

  #comparison(): Expression {
    let lower = false;
    let any = false;
    let open = 0;
    let field = this.#field();
    while ((field === 'lower' || field === 'any') && this.#skip('(')) {
      if (field === 'lower') lower = true;
      else any = true;
      open++;
      field = this.#field();
    }
    for (; open > 0; open--) if (!this.#skip(')')) throw this.#error('expected )');
    const operator = this.#match(OPERATOR)?.[0].replace(/\s+/, ' ');
    if (operator === undefined) throw this.#error('expected an operator');
    return { kind: 'comparison', field, lower, any, operator: operator as Operator, literal: this.#literal() };
  }

  #field(): string {
    const field = this.#match(FIELD)?.[0];
    if (field === undefined) throw this.#error('expected a field');
    return field;
  }

  #literal(): Literal {
    const raw = this.#match(RAW)?.[1];
    if (raw !== undefined) return { type: 'String', value: raw };
    const quoted = this.#match(QUOTED)?.[0];
    if (quoted !== undefined)
      return { type: 'String', value: quoted.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char) };
    const literal = bareLiteral(this.#match(BARE)?.[0] ?? '');
    if (literal === null) throw this.#error('expected a string, a number, an address or a CIDR');
    return literal;
  }

  #skip(symbol: string): boolean {
    this.#match(BLANK);
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    this.#match(BLANK);
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    if (pattern !== BLANK) this.#match(BLANK);
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    if (match !== null && pattern !== BLANK) this.#match(BLANK);
    return match;
  }

  #error(message: string): ExpressionError {
    return new ExpressionError(message, this.#at);
  }
}

function bareLiteral(text: string): Literal | null {
  if (/^-?(?:0[xX][0-9A-Fa-f]+|\d+)$/.test(text)) {
    const digits = text.replace('-', '');
    const radix = /^0x/i.test(digits) ? 16 : digits.length > 1 && digits.startsWith('0') ? 8 : 10;
    const value = Number.parseInt(digits, radix);
    return Number.isNaN(value) ? null : { type: 'Int', value: text.startsWith('-') ? -value : value };
  }
  if (isIP(text) !== 0) return { type: 'IpAddr', value: text };
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128) ? { type: 'IpCidr', value: text } : null;
}
