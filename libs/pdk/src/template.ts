import type { Exchange } from '@gibbon/contracts/plugin';
import { ArgumentList } from './argument-list.ts';
import { toByteString } from './byte-strings.ts';
import { parseExpression, textOf, type Expression, type TemplateSource } from './template-expression.ts';

/** A value that may depend on the request. */
export interface Template {
  /** The value where it is the same for every request, else `null`. A byte string. */
  readonly constant: string | null;
  /** The value for a request: a byte string, empty where nothing is there to fill in. */
  render(source: TemplateSource): string;
}

/** A template, or what is wrong with its text. */
export type CompiledTemplate = { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly problem: string };

/**
 * Compiles text with `$(expression)` in it, as the transformer plugins take it. Called at `create`; never evaluates code.
 * @example compileTemplate('user-$(query_params.user or "unknown")')
 * @see https://developer.konghq.com/plugins/request-transformer/#templates-as-values
 */
export function compileTemplate(text: string): CompiledTemplate {
  const source = toByteString(text);
  const pieces: (string | Expression)[] = [];
  let copied = 0;
  for (let at = source.indexOf('$('); at !== -1; at = source.indexOf('$(', copied)) {
    const parsed = parseExpression(source, at + 2);
    if (!parsed.ok) return parsed;
    if (at > copied) pieces.push(source.slice(copied, at));
    pieces.push(parsed.expression);
    copied = parsed.end;
  }
  if (pieces.length === 0) return { ok: true, template: { constant: source, render: () => source } };
  if (copied < source.length) pieces.push(source.slice(copied));
  return { ok: true, template: { constant: null, render: (values) => renderPieces(pieces, values) } };
}

function renderPieces(pieces: readonly (string | Expression)[], source: TemplateSource): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : textOf(piece(source));
  return text;
}

/**
 * Reads a request for templates as it is now: header fields, the query that the upstream is to get, captures of the
 * route's regular expression, and the request's shared state. Repeated fields and arguments give their first value.
 */
export class ExchangeTemplateSource implements TemplateSource {
  readonly #exchange: Exchange;
  #query: ArgumentList | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** In any case; an underscore also stands for a hyphen, so that `headers.user_agent` works. */
  header(name: string): string | null {
    const lower = name.toLowerCase();
    const value = this.#exchange.requestHeaders.get(lower);
    return value === null && lower.includes('_') ? this.#exchange.requestHeaders.get(lower.replaceAll('_', '-')) : value;
  }

  queryParam(name: string): string | true | null {
    this.#query ??= new ArgumentList(this.#exchange.upstreamQuery);
    return this.#query.get(name);
  }

  uriCapture(name: string): string | null {
    const captures = this.#exchange.uriCaptures;
    return Object.hasOwn(captures, name) ? (captures[name] ?? null) : null;
  }

  shared(name: string): string | number | boolean | null {
    const value = this.#exchange.state.get(name);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }
}
