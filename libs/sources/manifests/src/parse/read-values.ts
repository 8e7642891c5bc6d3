import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { fieldNode } from './field-node.ts';
import type { Position } from './parsed.ts';

/** A value of a piece of text, and where its fields stand. */
export interface ReadValue {
  readonly value: unknown;
  /** Position of a dotted path, or of the deepest part of it that exists. */
  position(path: string): Position;
}

/** What a piece of text holds, and where it is not YAML or JSON. */
export interface ReadText {
  readonly values: readonly ReadValue[];
  readonly errors: readonly { readonly position: Position; readonly message: string }[];
}

/** Reads YAML 1.2 with merge keys, as kubectl does. Never throws. */
export function readYaml(text: string): ReadText {
  const lines = new LineCounter();
  const documents: readonly Document[] = [
    ...parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'silent' }),
  ] as Document[];
  const values: ReadValue[] = [];
  const errors: { position: Position; message: string }[] = [];
  for (const document of documents) {
    for (const error of document.errors) errors.push({ position: at(lines, error.pos[0]), message: error.message });
    if (document.errors.length > 0 || document.contents === null) continue;
    const root = document.contents;
    try {
      values.push({ value: document.toJS(), position: (path) => at(lines, fieldNode(root, path).range?.[0] ?? 0) });
    } catch (error) {
      // An alias to nothing, or too many of them.
      errors.push({ position: at(lines, root.range?.[0] ?? 0), message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { values: values.filter(({ value }) => value !== null), errors };
}

/** Reads one JSON value; positions are only worked out when somebody asks. Never throws. */
export function readJson(text: string): ReadText {
  try {
    return {
      values: [
        { value: JSON.parse(text) as unknown, position: (path) => readYaml(text).values[0]?.position(path) ?? { line: 0, column: 0 } },
      ],
      errors: [],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = /at position (\d+)/.exec(message)?.[1];
    return {
      values: [],
      errors: [
        {
          position: offsetPosition(text, offset === undefined ? text.length : Number(offset)),
          message: message.replace(/ in JSON at position .*$/s, ''),
        },
      ],
    };
  }
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(0, line - 1), column: Math.max(0, col - 1) };
}

function offsetPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, column: offset - (before.lastIndexOf('\n') + 1) };
}
