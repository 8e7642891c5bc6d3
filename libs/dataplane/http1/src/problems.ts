/**
 * What parsing a message can come to, other than an offset: 0 is "more bytes are needed", negative numbers are refusals.
 * Numbers and not exceptions, because a refusal is an ordinary outcome for a server on the internet.
 */
export const Problem = {
  incomplete: 0,
  requestLine: -1,
  method: -2,
  target: -3,
  version: -4,
  versionUnsupported: -5,
  statusLine: -6,
  fieldName: -7,
  fieldValue: -8,
  folding: -9,
  lineEnd: -10,
  lineTooLong: -11,
  targetTooLong: -12,
  headTooLarge: -13,
  tooManyFields: -14,
  contentLength: -15,
  contentLengthRepeated: -16,
  lengthAndCoding: -17,
  coding: -18,
  codingUnsupported: -19,
  codingVersion: -20,
  hostMissing: -21,
  hostRepeated: -22,
  host: -23,
  chunkSize: -24,
  chunkExtension: -25,
  chunkEnd: -26,
  trailer: -27,
  expectation: -28,
  connectMethod: -29,
  headTimeout: -30,
  bodyTimeout: -31,
} as const;

/** A refusal: a negative number of {@link Problem}. */
export type ProblemCode = number;

interface ProblemText {
  /** Status for a client whose request is refused. 494 is nginx's, sent as 400. */
  readonly status: number;
  readonly text: string;
}

const TEXTS: Readonly<Record<number, ProblemText>> = {
  [Problem.requestLine]: { status: 400, text: 'malformed request line' },
  [Problem.method]: { status: 400, text: 'malformed method' },
  [Problem.target]: { status: 400, text: 'malformed request target' },
  [Problem.version]: { status: 400, text: 'malformed HTTP version' },
  [Problem.versionUnsupported]: { status: 505, text: 'HTTP version other than 1.0 and 1.1' },
  [Problem.statusLine]: { status: 400, text: 'malformed status line' },
  [Problem.fieldName]: { status: 400, text: 'malformed field name' },
  [Problem.fieldValue]: { status: 400, text: 'control character in a field value' },
  [Problem.folding]: { status: 400, text: 'folded field line' },
  [Problem.lineEnd]: { status: 400, text: 'line not ended by CR LF' },
  [Problem.lineTooLong]: { status: 494, text: 'field line too long' },
  [Problem.targetTooLong]: { status: 414, text: 'request line too long' },
  [Problem.headTooLarge]: { status: 494, text: 'head too large' },
  [Problem.tooManyFields]: { status: 494, text: 'too many fields' },
  [Problem.contentLength]: { status: 400, text: 'malformed Content-Length' },
  [Problem.contentLengthRepeated]: { status: 400, text: 'repeated Content-Length' },
  [Problem.lengthAndCoding]: { status: 400, text: 'Content-Length beside Transfer-Encoding' },
  [Problem.coding]: { status: 400, text: 'malformed or repeated Transfer-Encoding' },
  [Problem.codingUnsupported]: { status: 501, text: 'transfer coding other than chunked' },
  [Problem.codingVersion]: { status: 400, text: 'Transfer-Encoding in an HTTP/1.0 message' },
  [Problem.hostMissing]: { status: 400, text: 'no Host' },
  [Problem.hostRepeated]: { status: 400, text: 'repeated Host' },
  [Problem.host]: { status: 400, text: 'malformed Host' },
  [Problem.chunkSize]: { status: 400, text: 'malformed chunk size' },
  [Problem.chunkExtension]: { status: 400, text: 'malformed or oversized chunk extension' },
  [Problem.chunkEnd]: { status: 400, text: 'chunk not ended by CR LF' },
  [Problem.trailer]: { status: 400, text: 'malformed or oversized trailer' },
  [Problem.expectation]: { status: 417, text: 'expectation other than 100-continue' },
  [Problem.headTimeout]: { status: 408, text: 'the head did not arrive in time' },
  [Problem.bodyTimeout]: { status: 408, text: 'the body did not arrive in time' },
  [Problem.connectMethod]: { status: 405, text: 'CONNECT is not supported' },
};

/** The status that a client gets whose request is refused. */
export function problemStatus(code: ProblemCode): number {
  return TEXTS[code]?.status ?? 400;
}

/** What was wrong, for logs. */
export function problemText(code: ProblemCode): string {
  return TEXTS[code]?.text ?? 'malformed message';
}
