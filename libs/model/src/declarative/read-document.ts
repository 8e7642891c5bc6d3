import { parseDocument } from 'yaml';

/** A document as an object, or why it is none. */
export type ReadResult =
  | { readonly ok: true; readonly document: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

/** Opens every message about a text that cannot be read. */
const FAILED = 'failed parsing declarative configuration';

/**
 * Reads YAML or JSON. The extension of the file name decides; without a name JSON is tried first, then YAML.
 * Messages about a text that cannot be read have line and column.
 */
export function readDocument(text: string, fileName?: string): ReadResult {
  const extension = fileName === undefined ? null : (/\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '');
  if (extension !== null && !['json', 'yml', 'yaml'].includes(extension)) {
    return { ok: false, message: `unknown file type: ${fileName}. (Accepted types: json, yaml)` };
  }
  // Most texts that come without a name are JSON; YAML that only looks like it goes on to the other parser.
  if (extension !== 'yml' && extension !== 'yaml' && (extension === 'json' || /^\s*\{/.test(text))) {
    const json = readJson(text);
    if (json.ok || extension === 'json') return json;
  }
  return readYaml(text);
}

function readJson(text: string): ReadResult {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    return { ok: false, message: `${FAILED}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readYaml(text: string): ReadResult {
  try {
    const document = parseDocument(text, { merge: true, prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) {
      const [start] = error.linePos ?? [];
      const place = start === undefined ? '' : `${start.line}:${start.col}: `;
      return { ok: false, message: `${FAILED}: ${place}${firstSentence(error.message)}` };
    }
    return asObject(document.toJS({ maxAliasCount: 1000 }));
  } catch (error) {
    return { ok: false, message: `${FAILED}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The library appends the place and the source line. */
function firstSentence(message: string): string {
  return message.replace(/ at line \d+, column \d+:[^]*$/, '').replace(/:?\n[^]*$/, '');
}

function asObject(value: unknown): ReadResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, message: `${FAILED}: expected an object` };
  return { ok: true, document: value as Readonly<Record<string, unknown>> };
}
