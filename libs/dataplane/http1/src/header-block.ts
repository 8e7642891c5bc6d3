import type { Headers } from '@gibbon/contracts/plugin';
import { isFieldValue, TOKEN_LOWER } from '@gibbon/http';
import { Field, fieldId, fieldName, type FieldId, type FieldName } from './known-fields.ts';

/** Numbers per field in {@link HeaderBlock.index}. */
export const STRIDE = 5;
export const NAME_START = 0;
export const NAME_END = 1;
export const VALUE_START = 2;
export const VALUE_END = 3;
export const KNOWN = 4;

const INITIAL_FIELDS = 24;
const NO_INDEX = new Int32Array(0);
const NONE: readonly string[] = Object.freeze([]);

/**
 * Header fields of one message: one string as received, an index of offsets into it, and edits beside it.
 *
 * ```
 * raw    "GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\nbody"
 *                          ^ nameStart ^ nameEnd ^ valueStart ^ valueEnd, known field
 * index  [16, 20, 22, 23, host,   25, 31, 33, 34, none, ...]
 * added  ['X-New', 'value', ...]
 * ```
 *
 * Removing marks an entry, adding appends to `added`, so that serialising copies untouched runs as one slice each.
 * One block per connection and direction, filled anew for each message.
 */
export class HeaderBlock implements Headers {
  /** The message, one character per byte. */
  raw = '';
  /** Offset of the first field line, and of the end of the last one, in `raw`. */
  start = 0;
  end = 0;
  /** Fields in the index, removed ones included. */
  count = 0;
  /** Grows with the first message: many blocks never hold one. */
  index: Int32Array = NO_INDEX;
  /** Bit `1 << id` for every known field that was received or added; stays set when it is removed. */
  seen = 0;

  // What the framing fields said, noted while parsing.
  contentLength = -1;
  chunked = false;
  /** Bits of {@link ConnectionOption}. */
  connection = 0;
  expectContinue = false;

  #added: string[] | null = null;
  #edited = false;

  /** Forgets everything. */
  reset(): void {
    this.raw = '';
    this.start = 0;
    this.end = 0;
    this.count = 0;
    this.seen = 0;
    this.contentLength = -1;
    this.chunked = false;
    this.connection = 0;
    this.expectContinue = false;
    this.#added = null;
    this.#edited = false;
  }

  /** Room for one more field; called by the parser. */
  grow(): void {
    const larger = new Int32Array(Math.max(INITIAL_FIELDS * STRIDE, this.index.length * 2));
    larger.set(this.index);
    this.index = larger;
  }

  /** Gives the block its text. `offset` is where the text starts in the buffer that the index was made over. */
  attach(raw: string, offset: number): void {
    this.raw = raw;
    if (offset === 0) return;
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      index[at] = (index[at] as number) - offset;
      index[at + 1] = (index[at + 1] as number) - offset;
      index[at + 2] = (index[at + 2] as number) - offset;
      index[at + 3] = (index[at + 3] as number) - offset;
    }
    this.start -= offset;
    this.end -= offset;
  }

  get(lowerName: string): string | null {
    const id = fieldId(lowerName);
    if (id !== Field.none) return this.known(id);
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (this.#isNamed(at, lowerName)) return this.raw.substring(index[at + VALUE_START] ?? 0, index[at + VALUE_END]);
    }
    return this.#added === null ? null : firstOf(this.#added, lowerName);
  }

  getAll(lowerName: string): readonly string[] {
    const values: string[] = [];
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (this.#isNamed(at, lowerName)) values.push(this.raw.substring(index[at + VALUE_START] ?? 0, index[at + VALUE_END]));
    }
    const added = this.#added;
    if (added !== null) {
      for (let at = 0; at < added.length; at += 2) {
        if (fieldName(added[at] as string).lower === lowerName) values.push(added[at + 1] as string);
      }
    }
    return values.length === 0 ? NONE : values;
  }

  has(lowerName: string): boolean {
    return this.get(lowerName) !== null;
  }

  set(name: string, value: string): void {
    const facts = assertField(name, value);
    this.#remove(facts.lower, facts.id);
    this.#append(name, value, facts);
  }

  add(name: string, value: string): void {
    const facts = assertField(name, value);
    this.#append(name, value, facts);
  }

  remove(lowerName: string): void {
    this.#remove(lowerName, fieldId(lowerName));
  }

  toList(): string[] {
    const list: string[] = [];
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (index[at + KNOWN] === Field.removed) continue;
      list.push(
        this.raw.substring(index[at] ?? 0, index[at + NAME_END]),
        this.raw.substring(index[at + VALUE_START] ?? 0, index[at + VALUE_END]),
      );
    }
    if (this.#added !== null) list.push(...this.#added);
    return list;
  }

  /** First value of a known field, or `null`. Costs one test where the field is absent. */
  known(id: FieldId): string | null {
    if ((this.seen & (1 << id)) === 0) return null;
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (index[at + KNOWN] === id) return this.raw.substring(index[at + VALUE_START] ?? 0, index[at + VALUE_END]);
    }
    const added = this.#added;
    if (added === null) return null;
    for (let at = 0; at < added.length; at += 2) {
      if (fieldName(added[at] as string).id === id) return added[at + 1] as string;
    }
    return null;
  }

  /** Whether the first received value of a known field is `text`. Allocates nothing. */
  knownEquals(id: FieldId, text: string): boolean {
    if ((this.seen & (1 << id)) === 0) return false;
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (index[at + KNOWN] !== id) continue;
      const start = index[at + VALUE_START] as number;
      return (index[at + VALUE_END] as number) - start === text.length && this.raw.startsWith(text, start);
    }
    return false;
  }

  /** All values of a known field joined by `, `, or `null`. */
  knownJoined(id: FieldId, lowerName: string): string | null {
    if ((this.seen & (1 << id)) === 0) return null;
    const values = this.getAll(lowerName);
    return values.length === 0 ? null : values.join(', ');
  }

  /** Whether a field of the set may be present: received or added, perhaps removed since. */
  mayHave(id: FieldId): boolean {
    return (this.seen & (1 << id)) !== 0;
  }

  /**
   * The field lines, each ended by CR LF, without those of `drop` (a table of {@link fieldSet}).
   * Untouched runs are one slice each.
   * @param from where in `raw` to begin: `start` for the fields alone, 0 to keep the message's first line.
   */
  serialise(drop: Uint8Array, from: number = this.start): string {
    const index = this.index;
    const raw = this.raw;
    let text = '';
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (drop[index[at + KNOWN] as number] === 0) continue;
      const line = index[at] as number;
      if (line > from) text += raw.substring(from, line);
      from = at + STRIDE < end ? (index[at + STRIDE] as number) : this.end;
    }
    if (from < this.end) text = text === '' ? raw.substring(from, this.end) : text + raw.substring(from, this.end);
    return this.#added === null ? text : text + this.#serialiseAdded(this.#added, drop);
  }

  /** Whether fields were added or set. */
  get hasAdded(): boolean {
    return this.#added !== null && this.#added.length > 0;
  }

  /** Whether anything was set, added or removed. */
  get edited(): boolean {
    return this.#edited;
  }

  #serialiseAdded(added: readonly string[], drop: Uint8Array): string {
    let text = '';
    for (let at = 0; at < added.length; at += 2) {
      const name = added[at] as string;
      if (drop[fieldName(name).id] === 0) text += `${name}: ${added[at + 1] as string}\r\n`;
    }
    return text;
  }

  #remove(lowerName: string, id: FieldId): void {
    if (id !== Field.none && (this.seen & (1 << id)) === 0) return;
    const index = this.index;
    for (let at = 0, end = this.count * STRIDE; at < end; at += STRIDE) {
      if (!this.#isNamed(at, lowerName)) continue;
      index[at + KNOWN] = Field.removed;
      this.#edited = true;
    }
    const added = this.#added;
    if (added === null) return;
    for (let at = added.length - 2; at >= 0; at -= 2) {
      if (fieldName(added[at] as string).lower === lowerName) added.splice(at, 2);
    }
  }

  #append(name: string, value: string, facts: FieldName): void {
    this.#edited = true;
    this.seen |= 1 << facts.id;
    if (this.#added === null) this.#added = [name, value];
    else this.#added.push(name, value);
  }

  #isNamed(at: number, lowerName: string): boolean {
    const index = this.index;
    const start = index[at] as number;
    const length = lowerName.length;
    if ((index[at + NAME_END] as number) - start !== length || index[at + KNOWN] === Field.removed) return false;
    const raw = this.raw;
    for (let position = 0; position < length; position++) {
      if (TOKEN_LOWER[raw.charCodeAt(start + position)] !== lowerName.charCodeAt(position)) return false;
    }
    return true;
  }
}

function firstOf(list: readonly string[], lowerName: string): string | null {
  for (let at = 0; at < list.length; at += 2) {
    if (fieldName(list[at] as string).lower === lowerName) return list[at + 1] as string;
  }
  return null;
}

/** What is to know of a field's name. @throws TypeError on a name or value that HTTP does not allow. */
export function assertField(name: string, value: string): FieldName {
  const facts = fieldName(name);
  if (!isFieldValue(value))
    throw new TypeError(`the value of '${name}' has control characters, characters above U+00FF or outer white space`);
  return facts;
}
