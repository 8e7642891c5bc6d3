import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkDecoder } from './chunk-decoder.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Problem, problemText } from './problems.ts';

interface Decoded {
  readonly body: string;
  readonly rest: string;
  readonly trailers: readonly string[];
  readonly done: boolean;
}

/** Decodes text that arrives in pieces of `size` bytes, each in a buffer that is overwritten afterwards. */
function decode(text: string, size: number, decoder = new ChunkDecoder(DEFAULT_LIMITS)): Decoded | string {
  let body = '';
  decoder.reset();
  const sink = { onBodyData: (bytes: Buffer, start: number, end: number) => void (body += bytes.toString('latin1', start, end)) };
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < text.length && !decoder.done; at += size) {
    const length = buffer.write(text.slice(at, at + size), 'latin1');
    const after = decoder.decode(buffer, 0, length, sink);
    if (after < 0) return problemText(after);
    if (decoder.done) return { body, rest: text.slice(at + after), trailers: decoder.trailers.toList(), done: true };
    expect(after).toBe(length);
    buffer.fill(0);
  }
  return { body, rest: '', trailers: decoder.trailers.toList(), done: decoder.done };
}

const GOOD: readonly (readonly [string, Decoded])[] = [
  ['0\r\n\r\n', { body: '', rest: '', trailers: [], done: true }],
  ['5\r\nhello\r\n0\r\n\r\nGET', { body: 'hello', rest: 'GET', trailers: [], done: true }],
  ['00a\r\n0123456789\r\n1\r\n!\r\n000\r\n\r\n', { body: '0123456789!', rest: '', trailers: [], done: true }],
  ['A;x\r\n0123456789\r\n0;a=b;c="d;\\" \\\\";e\r\n\r\n', { body: '0123456789', rest: '', trailers: [], done: true }],
  [
    '1\r\n\r\r\n2\r\n\r\n\r\n0\r\nX: y\r\nExpires: z \r\n\r\n\r\n',
    { body: '\r\r\n', rest: '\r\n', trailers: ['X', 'y', 'Expires', 'z'], done: true },
  ],
];

describe('decodes, however it is cut', () => {
  for (const [text, expected] of GOOD) {
    test(JSON.stringify(text), () => {
      const decoder = new ChunkDecoder(DEFAULT_LIMITS);
      for (let size = 1; size <= text.length; size++) expect(decode(text, size, decoder)).toEqual(expected);
    });
  }
});

describe('refuses, however it is cut', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['\r\n', Problem.chunkSize],
    ['g\r\n', Problem.chunkSize],
    ['-1\r\n', Problem.chunkSize],
    ['+1\r\n', Problem.chunkSize],
    ['0x5\r\nhello', Problem.chunkSize],
    [' 5\r\nhello', Problem.chunkSize],
    ['5 \r\nhello', Problem.chunkSize],
    ['5\nhello', Problem.chunkSize],
    ['5\r\rhello', Problem.chunkSize],
    ['5\t;a\r\nhello', Problem.chunkSize],
    ['00000000000005\r\n', Problem.chunkSize],
    ['fffffffffffffff\r\n', Problem.chunkSize],
    ['5;\r\nhello', Problem.chunkExtension],
    ['5; a\r\nhello', Problem.chunkExtension],
    ['5;a b\r\nhello', Problem.chunkExtension],
    ['5;a=\r\nhello', Problem.chunkExtension],
    ['5;a="b\r\nhello', Problem.chunkExtension],
    ['5;a="b"c\r\nhello', Problem.chunkExtension],
    ['5;a\nhello', Problem.chunkExtension],
    ['5;a="\\\n"\r\nhello', Problem.chunkExtension],
    [`5;${'a'.repeat(20_000)}\r\nhello`, Problem.chunkExtension],
    ['5\r\nhelloX\r\n', Problem.chunkEnd],
    ['5\r\nhello\n', Problem.chunkEnd],
    ['5\r\nhello\rX', Problem.chunkEnd],
    ['0\r\nX : y\r\n\r\n', Problem.trailer],
    ['0\r\n X: y\r\n\r\n', Problem.trailer],
    ['0\r\nX: y\n\r\n', Problem.trailer],
    ['0\r\n\n', Problem.trailer],
    ['0\r\nContent-Length: 5\r\n\r\n', Problem.trailer],
    ['0\r\nTransfer-Encoding: chunked\r\n\r\n', Problem.trailer],
    ['0\r\nHost: a\r\n\r\n', Problem.trailer],
    [`0\r\n${`X: ${'a'.repeat(8000)}\r\n`.repeat(5)}\r\n`, Problem.trailer],
  ];
  for (const [text, problem] of cases) {
    test(JSON.stringify(text).slice(0, 60), () => {
      for (const size of [1, 2, 3, 7, 65_536]) expect(decode(text, size)).toBe(problemText(problem));
    });
  }
});

test('limits the extensions of a whole body, not of a chunk', () => {
  const chunk = `1;${'a'.repeat(1000)}\r\nx\r\n`;
  expect(decode(`${chunk.repeat(16)}0\r\n\r\n`, 65_536)).toMatchObject({ done: true });
  expect(decode(`${chunk.repeat(17)}0\r\n\r\n`, 65_536)).toBe(problemText(Problem.chunkExtension));
});

test('any body comes back, in any cut', () => {
  const chunk = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (chunks, size) => {
      const text = `${chunks.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\nnext`;
      const result = decode(text, size);
      expect(result).toMatchObject({ body: chunks.join(''), done: true });
    }),
  );
});
