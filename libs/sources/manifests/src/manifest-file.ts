import type { SourceProblem } from '@gibbon/contracts/source';
import { refOf } from '@gibbon/k8s-types';
import { claimKey, type Claim } from './object-claims.ts';
import type { FieldAddress } from './parse/field-locator.ts';
import type { ParsedFile, ParsedProblem, Position } from './parse/parsed.ts';

/** A claim that knows where to look for a field. */
export interface FileClaim extends Claim, FieldAddress {}

/** What a file says, and what is wrong with it. */
export interface FileReading {
  readonly claims: ReadonlyMap<string, FileClaim>;
  readonly problems: readonly SourceProblem[];
}

/** What a file said before. */
export interface PreviousReading {
  readonly claims: ReadonlyMap<string, FileClaim>;
  /** Whether it was once free of syntax errors. */
  readonly wasSound: boolean;
}

/**
 * Objects and problems of a file. What cannot be read does not take away what could before: with a syntax error the
 * objects of the whole file stay as they were; an object that is refused stays in its last good version, as it would
 * on an API server.
 * @param display the file's path in messages.
 */
export function readingOf(display: string, parsed: ParsedFile, previous: PreviousReading): FileReading {
  const problems: SourceProblem[] = [];
  const claims = new Map<string, FileClaim>();
  const keepAll = parsed.broken && previous.wasSound;
  for (const { parsed: document, line } of parsed.documents) {
    const at = (position: Position): string => locationOf(display, { line: position.line + line, column: position.column });
    for (const { object, position, ordinal, within } of document.objects) {
      const ref = refOf(object);
      const first = claims.get(claimKey(ref));
      if (first === undefined) claims.set(claimKey(ref), { object, location: at(position), document: document.digest, ordinal, within });
      else problems.push({ location: at(position), ref, field: '', message: duplicateMessage(first.location) });
    }
    for (const problem of document.problems) {
      const last = problem.ref === null ? undefined : previous.claims.get(claimKey(problem.ref));
      if (problem.ref !== null && last !== undefined) claims.set(claimKey(problem.ref), last);
      const stays = last === undefined ? effectOf(problem, keepAll && previous.claims.size > 0) : '; its last good version stays';
      problems.push({ location: at(problem.position), ref: problem.ref, field: problem.field, message: `${problem.message}${stays}` });
    }
  }
  return { claims: keepAll ? previous.claims : claims, problems };
}

/** `web.yaml:12:3`, counted from 1. */
export function locationOf(display: string, position: Position): string {
  return `${display}:${position.line + 1}:${position.column + 1}`;
}

/** Message for an object that another place has. */
export function duplicateMessage(other: string): string {
  return `the same object is in ${other}, which comes first and is used; remove one of them`;
}

function effectOf(problem: ParsedProblem, keepAll: boolean): string {
  return problem.ref === null && keepAll ? '; the objects that this file held stay as they were' : '';
}
