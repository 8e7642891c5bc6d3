import { describe, expect, it } from 'vitest';
import { regularExpressionProblem } from './regular-expressions.ts';

describe('the regular expression of a match', () => {
  it.each(['/v[0-9]+', '/(?<id>\\d+)', '/(?P<id>\\d+)/?', '(?i)yes|no', ''])('may be %j', (expression) => {
    expect(regularExpressionProblem(expression)).toBeNull();
  });

  it.each([
    ['/unclosed(', 'missing closing )'],
    ['[z-a]', 'invalid character class range'],
    ['a(?=b)', 'invalid or unsupported Perl syntax'],
    ['(a)\\1', 'invalid escape sequence'],
  ])('may not be %j, and the message says why and what may be', (expression, reason) => {
    const problem = regularExpressionProblem(expression);
    expect(problem).toContain(`"${expression}" is no regular expression: `);
    expect(problem).toContain(reason);
    expect(problem).toContain('expected the syntax of RE2, without lookaround and back-references');
  });
});
