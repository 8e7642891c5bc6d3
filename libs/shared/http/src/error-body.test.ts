import { describe, expect, test } from 'vitest';
import { errorBody } from './error-body.ts';
import { errorFormat } from './negotiation.ts';

const ID = '0123456789abcdef0123456789abcdef';

describe('errorFormat', () => {
  const cases: readonly (readonly [string | null, string])[] = [
    [null, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['application/json', 'json'],
    ['application/*', 'json'],
    ['text/html', 'html'],
    ['text/plain', 'plain'],
    ['text/*', 'plain'],
    ['application/xml', 'xml'],
    ['TEXT/HTML', 'html'],
    ['text/html;q=0.5, application/json;q=0.9', 'json'],
    ['text/html, application/json', 'html'],
    ['application/json;q=0.5, text/html;q=0.50, text/plain;q=0.5', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
    ['text/plain;q=0', 'json'],
    ['image/png', 'json'],
    ['image/png, text/html;q=0.9', 'json'],
    ['text/html;level=1;q=0.3, application/xml;q=0.4', 'xml'],
    ['garbage, text/html', 'html'],
    ['text/html ; q=0.7 , text/plain', 'plain'],
  ];
  for (const [accept, expected] of cases) {
    test(`${accept} -> ${expected}`, () => expect(errorFormat(accept)).toBe(expected));
  }
});

describe('errorBody', () => {
  test('json', () => {
    expect(errorBody('json', 'no Route matched with those values', ID)).toBe(
      `{\n  "message":"no Route matched with those values",\n  "request_id":"${ID}"\n}`,
    );
    expect(JSON.parse(errorBody('json', 'a "b"\n', ID))).toEqual({ message: 'a "b"\n', request_id: ID });
  });
  test('plain', () => expect(errorBody('plain', 'Not found', ID)).toBe(`Not found\nrequest_id: ${ID}\n`));
  test('xml', () => {
    expect(errorBody('xml', 'a<b>', ID)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>a&lt;b&gt;</message>\n  <requestid>${ID}</requestid>\n</error>`,
    );
  });
  test('html', () => {
    const body = errorBody('html', '<script>', ID);
    expect(body).toContain('<title>Error</title>');
    expect(body).toContain('<h1>Error</h1>');
    expect(body).toContain('<p>&lt;script&gt;.</p>');
    expect(body).toContain(`<p>request_id: ${ID}</p>`);
    expect(body).not.toContain('<script>');
  });
});
