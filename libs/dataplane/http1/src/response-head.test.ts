import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { Problem, problemText } from './problems.ts';
import { ResponseHead } from './response-head.ts';

function parse(text: string): ResponseHead | number {
  const bytes = Buffer.from(text, 'latin1');
  const head = new ResponseHead();
  const after = head.parse(bytes, 0, bytes.length, DEFAULT_LIMITS);
  if (after <= 0) return after;
  head.attach(bytes.toString('latin1', 0, after), 0);
  return head;
}

describe('accepts', () => {
  test.each([
    ['HTTP/1.1 200 OK\r\nA: b\r\n\r\n', 200, 1, true],
    ['HTTP/1.1 200\r\n\r\n', 200, 1, true],
    ['HTTP/1.1 404 \r\n\r\n', 404, 1, true],
    ['HTTP/1.1 200 \xe9t\xe9 \t\r\n\r\n', 200, 1, true],
    ['HTTP/1.0 999 Odd\r\n\r\n', 999, 0, false],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n', 200, 0, true],
    ['HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\n\r\n', 200, 1, false],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n', 200, 1, false],
  ])('%j', (text, status, minor, keepAlive) => {
    const head = parse(text);
    expect(head).toBeInstanceOf(ResponseHead);
    expect(head).toMatchObject({ status, minor, keepAlive, bytes: text.length });
  });
});

describe('refuses', () => {
  test.each([
    ['HTTP/2.0 200 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.2 200 OK\r\n\r\n', Problem.statusLine],
    ['http/1.1 200 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 99 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 20 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 2000 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1  200 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 099 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 20x OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 200 O\0K\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 200 OK\nA: b\n\n', Problem.statusLine],
    ['<html>', Problem.statusLine],
    ['\r\nHTTP/1.1 200 OK\r\n\r\n', Problem.statusLine],
    ['HTTP/1.1 200 OK\r\nA : b\r\n\r\n', Problem.fieldName],
    ['HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', Problem.folding],
    ['HTTP/1.1 200 OK\r\nA: b\n\r\n', Problem.lineEnd],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', Problem.contentLengthRepeated],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', Problem.lengthAndCoding],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', Problem.coding],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', Problem.codingUnsupported],
    ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', Problem.codingVersion],
    [`HTTP/1.1 200 ${'a'.repeat(9000)}`, Problem.lineTooLong],
    [`HTTP/1.1 200 OK\r\n${`A: ${'b'.repeat(8000)}\r\n`.repeat(5)}`, Problem.headTooLarge],
  ])('%j', (text, problem) => {
    const result = parse(text);
    expect(typeof result === 'number' ? problemText(result) : 'accepted').toBe(problemText(problem));
  });
});

test('every beginning of a good head is incomplete', () => {
  const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\n';
  for (let length = 0; length < text.length; length++) expect(parse(text.slice(0, length))).toBe(Problem.incomplete);
});
