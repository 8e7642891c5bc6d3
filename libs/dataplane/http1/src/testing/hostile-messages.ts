import fc from 'fast-check';

/** Fields that leave a message as it is. */
const HARMLESS = [
  'X: y',
  'x-a:b',
  'X:',
  'X: \xe9',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Transfer-Encoding',
  'Expect: 100-continue',
  'Trailer: X',
  'TE: trailers',
  'Content_Length: 3',
];

/** Fields that break a message, or change its framing where a parser is lenient. */
const HOSTILE = [
  'Host: b:80',
  'Host : a',
  'Host: a b',
  'Host:',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: 3',
  'Content-Length: 5, 5',
  'Content-Length: +5',
  'Content-Length: 0x5',
  'Content-Length : 5',
  'Content-Length\0: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding:',
  ' Transfer-Encoding: chunked',
  '\tTransfer-Encoding: chunked',
  'X: a\r\n Transfer-Encoding: chunked',
  'X: a\nTransfer-Encoding: chunked',
  'X: a\rTransfer-Encoding: chunked',
  'Transfer-Encoding\r\n: chunked',
  ':',
  'X',
  'X y: z',
  'X\xe9: y',
  'X: \0',
  'Upgrade: h2c',
];

/** A body with the fields that frame it. */
interface Framed {
  readonly fields: readonly string[];
  readonly body: string;
}

const GOOD_BODIES: readonly Framed[] = [
  { fields: [], body: '' },
  { fields: ['Content-Length: 5'], body: 'hello' },
  { fields: ['content-length:005 '], body: 'hello' },
  { fields: ['Content-Length:\t0'], body: '' },
  { fields: ['Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
  { fields: ['transfer-encoding:CHUNKED'], body: '0\r\n\r\n' },
  { fields: ['Transfer-Encoding: chunked'], body: '00005;x=y;z="a b"\r\nhello\r\n1\r\n\n\r\n0\r\nT: u\r\n\r\n' },
];

const HOSTILE_BODIES: readonly Framed[] = [
  ...[
    '5 \r\nhello\r\n0\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '5\nhello\n0\n\n',
    '5\r\nhello0\r\n\r\n',
    '5;\r\nhello\r\n0\r\n\r\n',
    '-1\r\n\r\n',
    '5;a="\r\n"\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\r\nX : y\r\n\r\n',
    '5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n',
    '5\r\nhello\r\n0\r\n',
    'fffffffffffffffff\r\nhello',
    '5;a=\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\r0\r\n\r\n',
  ].map((body) => ({ fields: ['Transfer-Encoding: chunked'], body })),
  { fields: ['Content-Length: 5'], body: 'hel' },
  { fields: ['Content-Length: 5'], body: 'hello\r\n' },
  { fields: ['Content-Length: 5', 'Transfer-Encoding: chunked'], body: '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n' },
  { fields: [], body: 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n' },
];

const LINE_ENDS = ['\n', '\r', '\r\r\n', '\n\r', ' \r\n'];
const REQUEST_LINES = [
  'GET / HTTP/1.1',
  'POST /p?q HTTP/1.1',
  'POST / HTTP/1.1',
  'PUT /x HTTP/1.0',
  'HEAD / HTTP/1.1',
  'DELETE /d HTTP/1.1',
  'PATCH /{|}" HTTP/1.1',
];
const HOSTILE_REQUEST_LINES = [
  'GET  / HTTP/1.1',
  'GET / HTTP/1.2',
  'GET / http/1.1',
  'GET /',
  'GET / HTTP/1.1 ',
  'GET /a b HTTP/1.1',
  'GET\t/ HTTP/1.1',
  'GET /\x7f HTTP/1.1',
  'GET /\xe9 HTTP/1.1',
  'get / HTTP/1.1',
  'GET / HTTP/2.0',
  '',
  'GET / HTTP/1.1\0',
  ' GET / HTTP/1.1',
];
const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 200',
  'HTTP/1.1 404 ',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
  'HTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 200 OK',
];
const HOSTILE_STATUS_LINES = [
  'HTTP/1.1  200 OK',
  'HTTP/1.1 99 OK',
  'HTTP/1.1 2000 OK',
  'HTTP/1.2 200 OK',
  'http/1.1 200 OK',
  'HTTP/1.1 200 O\0K',
  '',
  'ICY 200 OK',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 200\tOK',
];

/** Bytes that matter to a parser. */
const SPECIAL = ['\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '0', '5', 'a', '\0', '\x0b', '\x7f', '\x80', '\xff', '"', '=', '-'];

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Mostly one of the first list, sometimes one of the second. */
function mostly<T>(good: readonly T[], bad: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
}

function messages(first: fc.Arbitrary<string>, always: readonly string[], most: number): fc.Arbitrary<string> {
  const end = mostly(['\r\n'], LINE_ENDS);
  const extra = fc.array(mostly(HARMLESS, HOSTILE), { maxLength: 3 });
  const message = fc
    .tuple(first, mostly(GOOD_BODIES, HOSTILE_BODIES), extra, fc.array(end, { minLength: 8, maxLength: 8 }), fc.boolean())
    .map(([line, { fields, body }, others, ends, framingFirst]) => {
      const all = framingFirst ? [...always, ...fields, ...others] : [...always, ...others, ...fields];
      return `${[line, ...all].map((text, index) => text + (ends[index % 7] ?? '')).join('')}${ends[7] ?? ''}${body}`;
    });
  const mutation: fc.Arbitrary<Mutation> = fc.record({ at: fc.nat(400), remove: fc.nat(2), insert: fc.constantFrom('', ...SPECIAL) });
  const mutations = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(mutation, { maxLength: 2 }) });
  return fc
    .tuple(fc.array(message, { minLength: 1, maxLength: most }), mutations)
    .map(([parts, edits]) => edits.reduce(mutate, parts.join('')));
}

function mutate(text: string, { at, remove, insert }: Mutation): string {
  const position = at % (text.length + 1);
  return text.slice(0, position) + insert + text.slice(position + remove);
}

/** One to three requests, about half of them malformed in some way. */
export const hostileRequests: fc.Arbitrary<string> = messages(mostly(REQUEST_LINES, HOSTILE_REQUEST_LINES), ['Host: a'], 3);

/** A response or two, about half of them malformed in some way. */
export const hostileResponse: fc.Arbitrary<string> = messages(mostly(STATUS_LINES, HOSTILE_STATUS_LINES), [], 2);
