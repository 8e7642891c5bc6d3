import { createTestExchange } from '@gibbon/testing-contract-kits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, ExchangeTemplateSource, splitNameValue, toFieldValue } from './index.ts';

const exchange = createTestExchange({
  url: 'http://gateway.test/x?user=bob&flag&multi=1&multi=2&u=%c3%a9&crlf=%0d%0a',
  headers: ['X-User', 'alice', 'X-Multi', 'a', 'X-Multi', 'b', 'User-Agent', 'curl'],
  uriCaptures: { '0': '/users/7', '1': '7', id: '7' },
});
exchange.state.set('tenant', 'acme');
exchange.state.set('object', { secret: true });

function render(text: string): string {
  const compiled = compileTemplate(text);
  return compiled.ok ? compiled.template.render(new ExchangeTemplateSource(exchange)) : `problem: ${compiled.problem}`;
}

describe('compileTemplate', () => {
  it.each([
    ['plain $ text (with) $5', 'plain $ text (with) $5'],
    ['$(headers.x_user)', 'alice'],
    ['$(headers["X-User"])', 'alice'],
    ["<$(headers['x-multi'])>", '<a>'],
    ['$(headers.user_agent)/$(headers.none)', 'curl/'],
    ['$(query_params.user) and $(query_params.user)', 'bob and bob'],
    ['$(query_params.flag)', 'true'],
    ['$(query_params.multi)', '1'],
    ['$(query_params.u)', '\xc3\xa9'],
    ['é$(nil)', '\xc3\xa9'],
    ['/$(uri_captures[1])/$(uri_captures.id)/$(uri_captures["id"])', '/7/7/7'],
    ['$(uri_captures.constructor)$(uri_captures.none)', ''],
    ['$(shared.tenant)$(shared.object)', 'acme'],
    ['$(query_params.none or headers.none or "fallback")', 'fallback'],
    ['$(query_params.user and "known" or "unknown")', 'known'],
    ['$(headers.none and "known" or "unknown")', 'unknown'],
    ['$(headers.x_user == "alice" and 1 or 2)', '1'],
    ['$(not (headers.x_user ~= "alice"))', 'true'],
    ['$("a" .. query_params.user .. headers.none .. 1.5)', 'abob1.5'],
    ['$("\\"q\\"\\tx\\65")', '"q"\txA'],
    ['$( ( "(" ) )', '('],
  ])('renders %s', (text, rendered) => {
    expect(render(text)).toBe(rendered);
  });

  it.each([
    ['$(os.execute("rm"))', "'os'"],
    ['$(headers.x:upper())', "':upper())'"],
    ['$(headers)', "')'"],
    ['$(headers.x', 'the end of the value'],
    ['$(headers.or)', "'or'"],
    ['$(headers[x])', "'x'"],
    ['$(1 + 1)', "'+ 1)'"],
    ['$("open)', `'"open)'`],
    ['$()', "')'"],
    ['$(function() return 1 end)', "'function'"],
  ])('refuses %s and says what it can do', (text, found) => {
    const compiled = compileTemplate(text);
    expect(compiled.ok ? '' : compiled.problem).toBe(
      `unexpected ${found} in $(...): supported are headers, query_params, uri_captures and shared with .name or ["name"], ` +
        'strings, numbers, nil, true, false, and, or, not, ==, ~=, .. and parentheses',
    );
  });

  it('refuses nesting that would overflow the stack', () => {
    expect(render(`$(${'('.repeat(100_000)}`)).toBe('problem: too many nested parentheses');
    expect(render(`$(${'not '.repeat(100_000)}1)`)).toBe('problem: too many nested parentheses');
  });

  it('knows which values are the same for all requests', () => {
    expect(compileTemplate('a b')).toMatchObject({ ok: true, template: { constant: 'a b' } });
    expect(compileTemplate('$("a")')).toMatchObject({ ok: true, template: { constant: null } });
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, inside) => {
        expect(typeof compileTemplate(`${before}$(${inside})`).ok).toBe('boolean');
      }),
    );
  });
});

it('makes field values that cannot break out', () => {
  expect(toFieldValue('plain \xff\ttext')).toBe('plain \xff\ttext');
  expect(toFieldValue(' a\r\nSet-Cookie: x\0\x7f\t')).toBe('a%0D%0ASet-Cookie: x%00%7F');
  expect(toFieldValue(' ')).toBe('');
});

it('splits entries at the first colons', () => {
  expect(['a:b:c', 'a::b', 'a', 'a:', ':b'].map((entry) => Object.values(splitNameValue(entry)))).toEqual([
    ['a', 'b:c'],
    ['a', 'b'],
    ['a', ''],
    ['a', ''],
    [':b', ''],
  ]);
});
