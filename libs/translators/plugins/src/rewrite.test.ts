import { describe, expect, it } from 'vitest';
import { rewriteUri } from './rewrite.ts';

describe('rewriteUri', () => {
  it.each([
    ['', '/'],
    ['/new', '/new'],
    ['/new/$1/$12x', '/new/$(uri_captures[1])/$(uri_captures[12])x'],
    ['/price\\$5', '/price$5'],
    ['$0', '$(uri_captures[0])'],
  ])('%s', (template, uri) => {
    expect(rewriteUri(template)).toEqual({ ok: true, uri });
  });

  it.each([
    ['/a$b', 'unexpected b at pos 3'],
    ['/a$', 'unexpected end of string'],
    ['\\n', 'unexpected n at pos 1'],
    ['/\\', 'unexpected end of string'],
  ])('refuses %s', (template, problem) => {
    expect(rewriteUri(template)).toEqual({ ok: false, problem });
  });
});
