/** A piece of a file that can be parsed alone. */
export interface DocumentText {
  readonly text: string;
  /** Line of the file on which it begins, from 0. */
  readonly line: number;
}

/** Directives and explicit ends of documents say something about what surrounds them. */
const CONTEXT = /^(?:%|\.\.\.(?:\s|$))/m;
const BORDER = /^---(?=\s|$)/gm;

/**
 * Splits YAML text at its document markers, so that one edited document of a long file is parsed alone and a broken
 * one leaves its neighbours readable. YAML forbids a line that begins with `---` inside any scalar, so a marker is one
 * wherever it stands. Text with directives stays in one piece.
 * @see https://yaml.org/spec/1.2.2/#912-document-markers
 */
export function splitDocuments(text: string): DocumentText[] {
  if (CONTEXT.test(text)) return [{ text, line: 0 }];
  const documents: DocumentText[] = [];
  let start = 0;
  let line = 0;
  for (const { index } of text.matchAll(BORDER)) {
    const piece = text.slice(start, index);
    if (piece.trim() !== '') documents.push({ text: piece, line });
    line += countLines(piece);
    start = index;
  }
  const rest = text.slice(start);
  if (rest.trim() !== '') documents.push({ text: rest, line });
  return documents;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
