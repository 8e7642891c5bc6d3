import { describe, expect, test } from 'vitest';
import { encodePath, normalisePath } from '@gibbon/http';
import { DEFAULT_LIMITS } from './limits.ts';
import { Problem, problemStatus, problemText } from './problems.ts';
import { RequestHead } from './request-head.ts';

/** Parses a head in the middle of a buffer, as a pipelined one is. */
function parse(text: string, before = ''): RequestHead | number {
  const bytes = Buffer.from(before + text, 'latin1');
  const head = new RequestHead();
  const after = head.parse(bytes, before.length, bytes.length, DEFAULT_LIMITS);
  if (after <= 0) return after;
  const problem = head.attach(bytes.toString('latin1', head.start, after));
  return problem === 0 ? head : problem;
}

function accepted(text: string, before = ''): RequestHead {
  const head = parse(text, before);
  if (typeof head === 'number') throw new Error(`refused: ${problemText(head)}`);
  return head;
}

const HOST = 'Host: a\r\n';

describe('accepts', () => {
  test('everything about an ordinary request', () => {
    const text =
      'POST /p/a?x=1&y HTTP/1.1\r\nHost: Example.com:8000\r\nX-One:  a b\t \r\nX-Empty:\r\nx-one: c\r\nContent-Length: 12\r\n\r\n';
    for (const before of ['', 'GET / HTTP/1.1\r\n\r\n']) {
      const head = accepted(text, before);
      expect(head).toMatchObject({
        method: 'POST',
        target: '/p/a?x=1&y',
        path: '/p/a',
        query: 'x=1&y',
        hasQuery: true,
        authority: 'Example.com:8000',
        minor: 1,
        bytes: text.length,
      });
      expect(head.headers.toList()).toEqual([
        'Host',
        'Example.com:8000',
        'X-One',
        'a b',
        'X-Empty',
        '',
        'x-one',
        'c',
        'Content-Length',
        '12',
      ]);
      expect(head.headers.getAll('x-one')).toEqual(['a b', 'c']);
      expect(head.headers.get('x-empty')).toBe('');
      expect(head.headers.contentLength).toBe(12);
    }
  });

  test.each([
    ['GET / HTTP/1.0\r\n\r\n', '', '/'],
    [`GET /? HTTP/1.1\r\n${HOST}\r\n`, 'a', '/'],
    [`PURGE_CACHE-X /a HTTP/1.1\r\n${HOST}\r\n`, 'a', '/a'],
    ['GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n', '[::1]:80', '/'],
    ['GET http://other:81/x/y?z HTTP/1.1\r\nHost: a\r\n\r\n', 'other:81', '/x/y'],
    ['GET HTTPS://other HTTP/1.1\r\nHost: a\r\n\r\n', 'other', '/'],
    ['GET http://other?q HTTP/1.1\r\nHost: a\r\n\r\n', 'other', '/'],
    [`GET /{|}"<>^\` HTTP/1.1\r\n${HOST}\r\n`, 'a', '/{|}"<>^`'],
    [`GET / HTTP/1.1\r\n${HOST}!#$%&'*+-.^_\`|~: any\xff\r\n\r\n`, 'a', '/'],
  ])('%j', (text, authority, path) => {
    expect(accepted(text)).toMatchObject({ authority, path });
  });

  test('fields beyond the first room', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `X-${index}: v${index}\r\n`).join('');
    const { headers } = accepted(`GET / HTTP/1.1\r\n${HOST}${lines}\r\n`);
    expect(headers.count).toBe(301);
    expect(headers.get('x-299')).toBe('v299');
  });
});

describe('refuses', () => {
  const get = (fields: string): string => `GET / HTTP/1.1\r\n${HOST}${fields}\r\n`;
  const cases: readonly (readonly [string, string, number])[] = [
    ['lower-case method', `get / HTTP/1.1\r\n${HOST}\r\n`, Problem.method],
    ['no method', ` / HTTP/1.1\r\n${HOST}\r\n`, Problem.method],
    ['endless method', `${'A'.repeat(40)} / HTTP/1.1\r\n${HOST}\r\n`, Problem.method],
    ['two spaces', `GET  / HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['tab between', `GET\t/ HTTP/1.1\r\n${HOST}\r\n`, Problem.method],
    ['HTTP/0.9', 'GET /\r\n\r\n', Problem.target],
    ['fragment', `GET /a#b HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['byte above ASCII in the target', `GET /\xe9 HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['DEL in the target', `GET /\x7f HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['relative target', `GET a HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['asterisk form', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['other scheme', `GET ftp://a/ HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['user information', `GET http://u@a/ HTTP/1.1\r\n${HOST}\r\n`, Problem.target],
    ['CONNECT', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`, Problem.connectMethod],
    ['CONNECT in origin form', `CONNECT / HTTP/1.1\r\n${HOST}\r\n`, Problem.connectMethod],
    ['HTTP/2.0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Problem.versionUnsupported],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${HOST}\r\n`, Problem.versionUnsupported],
    ['lower-case version', `GET / http/1.1\r\n${HOST}\r\n`, Problem.version],
    ['space after the version', `GET / HTTP/1.1 \r\n${HOST}\r\n`, Problem.requestLine],
    ['bare LF after the request line', `GET / HTTP/1.1\n${HOST}\r\n`, Problem.requestLine],
    ['bare LF after a field', 'GET / HTTP/1.1\r\nHost: a\n\r\n', Problem.lineEnd],
    ['bare LF as the empty line', `GET / HTTP/1.1\r\n${HOST}\n`, Problem.lineEnd],
    ['bare CR in a value', get('X: a\rb\r\n'), Problem.lineEnd],
    ['folding', get('X: a\r\n b\r\n'), Problem.folding],
    ['folding at the first field', `GET / HTTP/1.1\r\n X: a\r\n${HOST}\r\n`, Problem.folding],
    ['space before the colon', get('X : a\r\n'), Problem.fieldName],
    ['no colon', get('X\r\n'), Problem.fieldName],
    ['empty name', get(': a\r\n'), Problem.fieldName],
    ['byte above ASCII in a name', get('X\xe9: a\r\n'), Problem.fieldName],
    ['NUL in a value', get('X: a\0b\r\n'), Problem.fieldValue],
    ['vertical tab in a value', get('X: \x0b\r\n'), Problem.fieldValue],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', Problem.hostMissing],
    ['two Hosts', get('Host: a\r\n'), Problem.hostRepeated],
    ['empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', Problem.host],
    ['list in Host', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', Problem.host],
    ['path in Host', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', Problem.host],
    ['signed length', get('Content-Length: +1\r\n'), Problem.contentLength],
    ['negative length', get('Content-Length: -1\r\n'), Problem.contentLength],
    ['hexadecimal length', get('Content-Length: 0x1\r\n'), Problem.contentLength],
    ['empty length', get('Content-Length:\r\n'), Problem.contentLength],
    ['huge length', get('Content-Length: 9999999999999999\r\n'), Problem.contentLength],
    ['list of lengths', get('Content-Length: 1, 1\r\n'), Problem.contentLength],
    ['equal lengths twice', get('Content-Length: 1\r\nContent-Length: 1\r\n'), Problem.contentLengthRepeated],
    ['differing lengths', get('Content-Length: 1\r\ncontent-length: 2\r\n'), Problem.contentLengthRepeated],
    ['length and coding', get('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'), Problem.lengthAndCoding],
    ['coding and length', get('Transfer-Encoding: chunked\r\nContent-Length: 1\r\n'), Problem.lengthAndCoding],
    ['coding twice', get('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'), Problem.coding],
    ['list of codings', get('Transfer-Encoding: gzip, chunked\r\n'), Problem.coding],
    ['chunked twice in a list', get('Transfer-Encoding: chunked, chunked\r\n'), Problem.coding],
    ['empty coding', get('Transfer-Encoding:\r\n'), Problem.coding],
    ['quoted coding', get('Transfer-Encoding: "chunked"\r\n'), Problem.coding],
    ['other coding', get('Transfer-Encoding: xchunked\r\n'), Problem.codingUnsupported],
    ['identity', get('Transfer-Encoding: identity\r\n'), Problem.codingUnsupported],
    ['chunked in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', Problem.codingVersion],
    ['other expectation', get('Expect: 200-ok\r\n'), Problem.expectation],
  ];
  for (const [name, text, problem] of cases) {
    test(name, () => {
      const result = parse(text);
      expect(typeof result === 'number' ? problemText(result) : 'accepted').toBe(problemText(problem));
    });
  }

  test('what exceeds a limit', () => {
    expect(parse(`GET /${'a'.repeat(8200)} HTTP/1.1\r\n${HOST}\r\n`)).toBe(Problem.targetTooLong);
    expect(parse(get(`X: ${'a'.repeat(8200)}\r\n`))).toBe(Problem.lineTooLong);
    expect(parse(get(`X: ${'a'.repeat(8200)}`))).toBe(Problem.lineTooLong);
    expect(parse(get(`X: ${'a'.repeat(8000)}\r\n`.repeat(5)))).toBe(Problem.headTooLarge);
    expect(parse(get('X: a\r\n'.repeat(1000)))).toBe(Problem.tooManyFields);
    expect([Problem.targetTooLong, Problem.lineTooLong, Problem.headTooLarge, Problem.tooManyFields].map(problemStatus)).toEqual([
      414, 494, 494, 494,
    ]);
  });
});

test.each([
  ['/', true],
  ["/a/b.c/d-_~!$&'()*+,;=:@", true],
  ['/a?//%2e|', true],
  ['/.', false],
  ['/a/.b', false],
  ['/a/../b', false],
  ['//', false],
  ['/a//', false],
  ['/%41', false],
  ['/a|b', false],
  ['/{x}', false],
  ['/a\\b', false],
])('the path of %s is plain: %s', (target, plain) => {
  const head = accepted(`GET ${target} HTTP/1.1\r\n${HOST}\r\n`, 'x/');
  expect(head.plain).toBe(plain);
  if (plain) {
    expect(normalisePath(head.path)).toBe(head.path);
    expect(encodePath(head.path)).toBe(head.path);
  }
});

test('a head that is used again forgets the host before', () => {
  const head = new RequestHead();
  const authorities = [
    'Host: a.example\r\n',
    'Host: a.example\r\n',
    'Host: b.example\r\n',
    'Host: a.examplex\r\n',
    'Host: bad host\r\n',
    'Host: a.example\r\n',
  ].map((field) => {
    const bytes = Buffer.from(`GET / HTTP/1.1\r\n${field}\r\n`);
    head.parse(bytes, 0, bytes.length, DEFAULT_LIMITS);
    return head.attach(bytes.toString('latin1')) === 0 ? head.authority : 'refused';
  });
  expect(authorities).toEqual(['a.example', 'a.example', 'b.example', 'a.examplex', 'refused', 'a.example']);
});

test('one empty line before a request is passed over, a second is not', () => {
  expect(accepted(`\r\nGET /a HTTP/1.1\r\n${HOST}\r\n`, 'xx')).toMatchObject({ method: 'GET', path: '/a', start: 4 });
  expect(parse(`\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`)).toBe(Problem.method);
  expect(parse('\rGET / HTTP/1.1\r\n')).toBe(Problem.requestLine);
});

test('every beginning of a good head is incomplete, never refused', () => {
  const text = `POST /a/b?c=d HTTP/1.1\r\n${HOST}X-A: b c \r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, close\r\n\r\n`;
  for (let length = 0; length < text.length; length++) expect(parse(text.slice(0, length)), text.slice(0, length)).toBe(Problem.incomplete);
  expect(typeof parse(text)).toBe('object');
});
