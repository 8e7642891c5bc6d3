const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const FIELD_NAME = /^content-disposition:[^\r\n]*?;[ \t]*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/im;
/** More parts than any form has; each costs work on every request. */
const PARTS_LIMIT = 1_000;

interface Part {
  readonly name: string | null;
  /** Head and content as they were written, without the delimiter lines. */
  readonly raw: string;
}

/**
 * The parts of a `multipart/form-data` body, to read and to edit; byte strings. What is not edited keeps its bytes,
 * files included. @see https://www.rfc-editor.org/rfc/rfc7578
 */
export class MultipartForm {
  readonly #boundary: string;
  #parts: Part[];

  private constructor(boundary: string, parts: Part[]) {
    this.#boundary = boundary;
    this.#parts = parts;
  }

  /** @returns `null` when the content type has no boundary or the body is not of this form. An empty body is an empty form. */
  static parse(body: string, contentType: string): MultipartForm | null {
    const match = BOUNDARY.exec(contentType);
    const boundary = match?.[1] ?? match?.[2];
    if (boundary === undefined) return null;
    if (body === '') return new MultipartForm(boundary, []);
    const parts = splitParts(body, boundary);
    return parts === null ? null : new MultipartForm(boundary, parts);
  }

  has(name: string): boolean {
    return this.#parts.some((part) => part.name === name);
  }

  /** Contents of all parts of that name. */
  getAll(name: string): string[] {
    return this.#parts.filter((part) => part.name === name).map((part) => contentOf(part.raw));
  }

  remove(name: string): boolean {
    const kept = this.#parts.filter((part) => part.name !== name);
    const found = kept.length < this.#parts.length;
    this.#parts = kept;
    return found;
  }

  /** Leaves one plain field of that name, in the place of the first, or at the end. */
  set(name: string, value: string): void {
    const part = { name, raw: `Content-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}` };
    const at = this.#parts.findIndex((existing) => existing.name === name);
    if (at === -1) this.#parts.push(part);
    else this.#parts = this.#parts.flatMap((existing, index) => (index === at ? [part] : existing.name === name ? [] : [existing]));
  }

  /** Gives all parts of a name another, in place of whatever has that one; heads keep their other lines and parameters. */
  rename(from: string, to: string): boolean {
    if (!this.has(from)) return false;
    if (from === to) return true;
    this.remove(to);
    this.#parts = this.#parts.map((part) => (part.name === from ? { name: to, raw: renameHead(part.raw, to) } : part));
    return true;
  }

  toString(): string {
    const parts = this.#parts.map((part) => `--${this.#boundary}\r\n${part.raw}\r\n`);
    return `${parts.join('')}--${this.#boundary}--\r\n`;
  }
}

function splitParts(body: string, boundary: string): Part[] | null {
  const sections = `\r\n${body}`.split(`\r\n--${boundary}`, PARTS_LIMIT + 2);
  if (sections.length < 2 || sections.length > PARTS_LIMIT + 1) return null;
  const parts: Part[] = [];
  for (const section of sections.slice(1)) {
    if (section.startsWith('--')) return parts;
    const head = /^[ \t]*\r\n/.exec(section);
    if (head === null) return null;
    const raw = section.slice(head[0].length);
    const name = FIELD_NAME.exec(headOf(raw));
    const quoted = name?.[1]?.replace(/\\(.)/g, '$1').replaceAll('%22', '"');
    parts.push({ name: quoted ?? name?.[2] ?? null, raw });
  }
  // No closing delimiter: the body was cut off.
  return null;
}

function headOf(raw: string): string {
  const end = raw.indexOf('\r\n\r\n');
  return end === -1 ? raw : raw.slice(0, end);
}

function contentOf(raw: string): string {
  const end = raw.indexOf('\r\n\r\n');
  return end === -1 ? '' : raw.slice(end + 4);
}

function renameHead(raw: string, name: string): string {
  const head = headOf(raw);
  const renamed = head.replace(FIELD_NAME, (line, quoted: string | undefined, bare: string | undefined) => {
    const written = quoted === undefined ? (bare ?? '').length : quoted.length + 2;
    return `${line.slice(0, line.length - written)}"${escapeName(name)}"`;
  });
  return renamed + raw.slice(head.length);
}

function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
