import { describe, expect, it } from 'vitest';
import { compilePathRegex, compileRegex, type Regex } from './regex.ts';
import { analyseRegex } from './regex-syntax.ts';

function compiled(expression: string): Regex {
  const result = compileRegex(expression, true);
  if (!result.ok) throw new Error(result.message);
  return result.regex;
}

describe('engines', () => {
  it.each(['/a/\\d+', '/(?<id>[^/]+)/x$', '/(?P<id>\\w+)', '/a{2,3}b', '/a.*b', '(a+)+$', '/a|/b', '/[\\w.-]+', '/x?', '/[a\\-z]+/é'])(
    'runs %s in V8',
    (expression) => {
      expect(compiled(expression).engine).toBe('irregexp');
    },
  );

  it.each(['(?i)/a', '/(?i:a)b', '/\\pL+', '/[[:alpha:]]+', '/a{1,500}', '/\\Aab\\z', '/\\Qa.b\\E', '(?:(a)|b)+', '/\\s', '/x(?s:.)y'])(
    'leaves %s to RE2',
    (expression) => {
      expect(compiled(expression).engine).toBe('re2');
    },
  );

  it.each(['/a(?=b)', '/a(?!b)', '/(?<=a)b', '/(?<!a)b', '(a)\\1', '(?P<n>a)(?P=n)', '/a(', '/[a', '/(*a)', '/a{2000}', 'a++b'])(
    'refuses %s',
    (expression) => {
      const result = compileRegex(expression, true);
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.message).toMatch(/RE2 syntax is understood/);
    },
  );

  it.each(['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*)*x$', '(?i)(a+)+$', '(?:a{1,40}){1,20}$', '([a-z]+)*\\d$', '(?:(a+)+|b)+$'])(
    'is linear on %s',
    (expression) => {
      const regex = compiled(expression);
      const started = performance.now();
      expect(regex.test(`${'a'.repeat(60)}!`)).toBe(false);
      expect(regex.exec(`${'a'.repeat(60)}!`)).toBeNull();
      // Exponential time would be hours; this is a hundred times what it takes.
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );

  it('finds the same with both engines', () => {
    const native = compiled('/(?<a>[^/]+)/(b)?c');
    const re2 = compiled('/(?<a>[^/]+)/(b)?c(?i:)');
    for (const regex of [native, re2]) {
      const result = regex.exec('/x/cd');
      expect([...(result ?? [])].map((group) => group ?? null)).toEqual(['/x/c', 'x', null]);
      expect(result?.groups?.['a']).toBe('x');
      expect(regex.hasGroups).toBe(true);
    }
    expect([native.engine, re2.engine]).toEqual(['irregexp', 're2']);
  });

  it('reads `.` and `$` as RE2 does', () => {
    expect(compiled('/a.b$').test('/a\rb')).toBe(true);
    expect(compiled('/a.b$').test('/a\nb')).toBe(false);
    expect(compiled('/a$').test('/a\n')).toBe(false);
  });
});

describe('analysis', () => {
  it.each([
    ['/foo', '/foo', 'prefix'],
    ['/foo$', '/foo', 'exact'],
    ['^/foo$', '/foo', 'exact'],
    ['/a\\.b\\x2fc$', '/a.b/c', 'exact'],
    ['/foo/?$', '/foo', 'regex'],
    ['/foo+', '/fo', 'regex'],
    ['/foo/\\d+', '/foo/', 'regex'],
    ['/a(b|c)', '/a', 'regex'],
    ['/a|/b', '', 'regex'],
    ['/a$b', '/a', 'regex'],
    ['(?i)/a', '', 'regex'],
    ['', '', 'prefix'],
    ['$', '', 'exact'],
    ['/a{2}', '/', 'regex'],
  ])('%s begins with %j and is %s', (expression, literal, shape) => {
    expect(analyseRegex(expression)).toMatchObject({ literal, shape });
  });

  it('keeps literal and expression together for paths', () => {
    expect(compilePathRegex('/v1/(\\d+)')).toMatchObject({ ok: true, literal: '/v1/', kind: 'regex' });
    expect(compilePathRegex('/v1$')).toEqual({ ok: true, literal: '/v1', kind: 'exact', regex: null });
    expect(compilePathRegex('(?!)').ok).toBe(false);
  });
});
