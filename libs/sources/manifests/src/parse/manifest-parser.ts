import { hash } from 'node:crypto';
import type { Logger } from '@gibbon/contracts/services';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { refOf } from '@gibbon/k8s-types';
import { identify } from './identify.ts';
import type { KindsByName, ParsedDocument, ParsedFile, ParsedObject, ParsedProblem } from './parsed.ts';
import { readJson, readYaml, type ReadValue } from './read-values.ts';
import { splitDocuments } from './split-documents.ts';

/** Where a value stands: in a List perhaps, inside a value of the text. */
interface Place {
  readonly within: string;
  readonly ordinal: number;
  readonly source: ReadValue;
}

interface Findings {
  readonly objects: ParsedObject[];
  readonly problems: ParsedProblem[];
}

/** Reads manifests. What a piece of text gives depends on the text alone, so unchanged pieces of a file are not read again. */
export class ManifestParser {
  readonly #kinds: KindsByName;
  readonly #logger: Logger;

  constructor(kinds: KindsByName, logger: Logger) {
    this.#kinds = kinds;
    this.#logger = logger;
  }

  /**
   * @param path tells JSON from YAML by its ending.
   * @param previous what the file held before.
   */
  parse(path: string, text: string, previous: ParsedFile | null): ParsedFile {
    const json = path.endsWith('.json');
    const known = new Map(previous?.documents.map(({ parsed }) => [parsed.digest, parsed]));
    const pieces = json ? [{ text, line: 0 }].filter((piece) => piece.text.trim() !== '') : splitDocuments(text);
    const documents = pieces.map((piece) => {
      const digest = digestOf(piece.text);
      return { parsed: known.get(digest) ?? this.#read(piece.text, digest, json), line: piece.line };
    });
    return { digest: digestOf(text), documents, broken: documents.some(({ parsed }) => parsed.broken) };
  }

  #read(text: string, digest: string, json: boolean): ParsedDocument {
    const { values, errors } = json ? readJson(text) : readYaml(text);
    const findings: Findings = {
      objects: [],
      problems: errors.map(({ position, message }) => ({ position, ref: null, field: '', message })),
    };
    for (const [ordinal, source] of values.entries()) this.#readValue(source.value, { within: '', ordinal, source }, findings);
    return { digest, ...findings, broken: errors.length > 0 };
  }

  #readValue(value: unknown, place: Place, findings: Findings): void {
    const { within, source } = place;
    const found = identify(value, this.#kinds);
    switch (found.is) {
      case 'list':
        for (const [index, item] of found.items.entries())
          this.#readValue(item, { ...place, within: joinPath(within, `items.${index + 1}`) }, findings);
        break;
      case 'unknown':
        this.#logger.debug({ kind: found.kind }, 'manifest of a kind that this build does not read is ignored');
        break;
      case 'problem':
        findings.problems.push({
          position: source.position(joinPath(within, found.field)),
          ref: null,
          field: found.field,
          message: found.message,
        });
        break;
      case 'object':
        this.#readObject(found.object, found.kind, place, findings);
        break;
      default:
        found satisfies never;
    }
  }

  #readObject(object: KubeObject, kind: ResourceKind, place: Place, findings: Findings): void {
    const { within, ordinal, source } = place;
    const ref = refOf(object);
    try {
      if (kind.admit?.(object) === false) return;
      const problems = kind.validate?.(object) ?? [];
      for (const { path, message } of problems)
        findings.problems.push({ position: source.position(joinPath(within, path)), ref, field: path, message });
      if (problems.length > 0) return;
      findings.objects.push({ object: kind.normalise?.(object) ?? object, position: source.position(within), ordinal, within });
    } catch (error) {
      const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      findings.problems.push({ position: source.position(within), ref, field: '', message });
    }
  }
}

/** Identity of a text. */
export function digestOf(text: string): string {
  return hash('sha1', text, 'base64');
}

export function joinPath(within: string, path: string): string {
  return within === '' || path === '' ? within + path : `${within}.${path}`;
}
