import { digestOf, joinPath } from './manifest-parser.ts';
import type { Position } from './parsed.ts';
import { readYaml } from './read-values.ts';
import { splitDocuments, type DocumentText } from './split-documents.ts';

/** Names a place in a file as it was when it was read. */
export interface FieldAddress {
  /** Digest of the piece of text. */
  readonly document: string;
  readonly ordinal: number;
  readonly within: string;
}

/** Finds fields in one state of a file's text; for several look-ups, the text is split once. */
export class FieldLocator {
  readonly #pieces: ReadonlyMap<string, DocumentText>;

  constructor(text: string, json: boolean) {
    const pieces = json ? [{ text, line: 0 }] : splitDocuments(text);
    this.#pieces = new Map(pieces.map((piece) => [digestOf(piece.text), piece]));
  }

  /** Where a field of an object stands; `null` when that piece of text is not in the file. */
  locate(address: FieldAddress, field: string): Position | null {
    const piece = this.#pieces.get(address.document);
    const value = piece === undefined ? undefined : readYaml(piece.text).values[address.ordinal];
    if (piece === undefined || value === undefined) return null;
    const { line, column } = value.position(joinPath(address.within, field));
    return { line: line + piece.line, column };
  }
}
