import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';

/** A place in a piece of text, from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An object that was read, checked and brought to the form that translators read. */
export interface ParsedObject {
  readonly object: KubeObject;
  readonly position: Position;
  /** Which value of its piece of text it is or is in, from 0; and the path to it there: `items.3` in a List, otherwise empty. */
  readonly ordinal: number;
  readonly within: string;
}

/** Something that could not be read. */
export interface ParsedProblem {
  readonly position: Position;
  readonly ref: ObjectRef | null;
  readonly field: string;
  readonly message: string;
}

/** One piece of a file. Depends on its text alone, so the same text is parsed once. */
export interface ParsedDocument {
  readonly digest: string;
  readonly objects: readonly ParsedObject[];
  readonly problems: readonly ParsedProblem[];
  /** Whether the text is not YAML or JSON at all. */
  readonly broken: boolean;
}

/** A file's content, in order. */
export interface ParsedFile {
  readonly digest: string;
  readonly documents: readonly { readonly parsed: ParsedDocument; readonly line: number }[];
  readonly broken: boolean;
}

/** The kinds that are read, by name. */
export type KindsByName = ReadonlyMap<string, ResourceKind>;
