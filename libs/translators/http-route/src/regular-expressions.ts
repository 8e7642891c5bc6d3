import { RE2JS } from 're2js';

/**
 * What is wrong with a regular expression of a match, or `null`. The syntax is that of RE2, which proxies of all kinds
 * understand; without lookaround and back-references no request can make it slow.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function regularExpressionProblem(expression: string): string | null {
  try {
    RE2JS.compile(expression.replaceAll('(?<', '(?P<'));
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `"${expression}" is no regular expression: ${reason}; expected the syntax of RE2, without lookaround and back-references`;
  }
}
