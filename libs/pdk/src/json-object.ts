const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/**
 * The members of a JSON object, to read and edit at the top level. What is not edited keeps its text, so numbers stay
 * as precise and as written as they came (`1.0`, `12345678901234567890`). Of members of one name the last counts.
 */
export class JsonObject {
  /** Text of each value by name. */
  readonly #members = new Map<string, string>();

  /** An empty object. */
  constructor() {}

  /** @returns `null` when the text is not JSON, or not an object. */
  static parse(text: string): JsonObject | null {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    } catch {
      return null;
    }
    const object = new JsonObject();
    object.#read(text, text.indexOf('{') + 1);
    return object;
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** The value, parsed; `undefined` when absent. */
  get(name: string): unknown {
    const text = this.#members.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** Whether the member counts as set for Kong's transformers: present and not `false`; `null`, 0 and `""` count. */
  isSet(name: string): boolean {
    const text = this.#members.get(name);
    return text !== undefined && text !== 'false';
  }

  set(name: string, value: unknown): void {
    this.#members.set(name, JSON.stringify(value));
  }

  remove(name: string): boolean {
    return this.#members.delete(name);
  }

  /** Moves a value to another name, in place of what is there. @returns whether there was one to move. */
  rename(from: string, to: string): boolean {
    const text = this.#members.get(from);
    if (text === undefined) return false;
    if (from === to) return true;
    this.#members.delete(from);
    this.#members.set(to, text);
    return true;
  }

  /** Makes a list of what is there and the value: a string becomes the first of two, a list grows, anything else is dropped. */
  append(name: string, value: unknown): void {
    const current = this.get(name);
    if (Array.isArray(current)) this.set(name, [...(current as unknown[]), value]);
    else this.set(name, typeof current === 'string' ? [current, value] : [value]);
  }

  toString(): string {
    const members = Array.from(this.#members, ([name, text]) => `${JSON.stringify(name)}:${text}`);
    return `{${members.join(',')}}`;
  }

  /** Splits text that `JSON.parse` has accepted; `at` is behind the brace. */
  #read(text: string, at: number): void {
    let position = at;
    for (;;) {
      const nameStart = text.indexOf('"', position);
      if (nameStart === -1) return;
      const nameEnd = endOfString(text, nameStart);
      const valueStart = text.indexOf(':', nameEnd) + 1;
      const valueEnd = endOfValue(text, valueStart);
      this.#members.set(JSON.parse(text.slice(nameStart, nameEnd)) as string, text.slice(valueStart, valueEnd).trim());
      if (text.charCodeAt(valueEnd) !== COMMA) return;
      position = valueEnd + 1;
    }
  }
}

/** Position behind the closing quote. */
function endOfString(text: string, quote: number): number {
  let position = quote + 1;
  while (text.charCodeAt(position) !== QUOTE) position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  return position + 1;
}

/** Position of the comma or brace that ends a member's value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let position = start;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      position = endOfString(text, position);
      continue;
    }
    if (depth === 0 && (code === COMMA || code === CLOSE_BRACE)) return position;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
    position += 1;
  }
}
