import { digestOf, joinPath } from './manifest-parser.ts';
import type { Position } from './parsed.ts';
import { readYaml } from './read-values.ts';
import { splitDocuments } from './split-documents.ts';

/** Names a place in a file as it was when it was read. */
export interface FieldAddress {
  /** Digest of the piece of text. */
  readonly document: string;
  readonly ordinal: number;
  readonly within: string;
}

/** Where a field of an object stands in a file; `null` when that piece of the file is no longer there. */
export function locateField(text: string, json: boolean, address: FieldAddress, field: string): Position | null {
  const pieces = json ? [{ text, line: 0 }] : splitDocuments(text);
  const piece = pieces.find((each) => digestOf(each.text) === address.document);
  const value = piece === undefined ? undefined : readYaml(piece.text).values[address.ordinal];
  if (piece === undefined || value === undefined) return null;
  const { line, column } = value.position(joinPath(address.within, field));
  return { line: line + piece.line, column };
}
