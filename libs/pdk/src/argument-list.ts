import { decodeArgument, encodeArgument } from './percent-encoding.ts';

/** One `name=value`, as it was written; decoded when somebody asks. */
class Argument {
  /** As it is sent. */
  readonly raw: string;
  readonly name: string;
  readonly #separator: number;

  constructor(raw: string) {
    this.raw = raw;
    this.#separator = raw.indexOf('=');
    this.name = decodeArgument(this.#separator === -1 ? raw : raw.slice(0, this.#separator));
  }

  /** `true` for a name without `=`. */
  get value(): string | true {
    return this.#separator === -1 || decodeArgument(this.raw.slice(this.#separator + 1));
  }

  renamed(name: string): Argument {
    return new Argument(encodeArgument(name) + (this.#separator === -1 ? '' : this.raw.slice(this.#separator)));
  }
}

/**
 * The arguments of a query string or of a form body, to read and to edit. Names and values are byte strings, decoded.
 * What is not edited keeps its bytes and its place; nothing is sorted or encoded anew.
 * @example
 * const query = new ArgumentList(exchange.upstreamQuery);
 * query.remove('apikey');
 * exchange.upstreamQuery = query.toString();
 */
export class ArgumentList {
  #arguments: Argument[];

  /** @param raw without `?`. */
  constructor(raw: string) {
    this.#arguments = raw === '' ? [] : raw.split('&').map((text) => new Argument(text));
  }

  /** Whether the name occurs, with or without a value. */
  has(name: string): boolean {
    return this.#arguments.some((argument) => argument.name === name && argument.raw !== '');
  }

  /** First value; `true` for a name without `=`; `null` when absent. */
  get(name: string): string | true | null {
    return this.#arguments.find((argument) => argument.name === name && argument.raw !== '')?.value ?? null;
  }

  /** All values in order. */
  getAll(name: string): (string | true)[] {
    return this.#arguments.filter((argument) => argument.name === name && argument.raw !== '').map((argument) => argument.value);
  }

  /** Names and values in order. */
  entries(): [name: string, value: string | true][] {
    return this.#arguments.filter((argument) => argument.raw !== '').map((argument) => [argument.name, argument.value]);
  }

  /** Removes all of that name. @returns whether there was one. */
  remove(name: string): boolean {
    const kept = this.#arguments.filter((argument) => argument.name !== name || argument.raw === '');
    const found = kept.length < this.#arguments.length;
    this.#arguments = kept;
    return found;
  }

  /** Gives all of a name another, in place of whatever has that one. @returns whether there was one to rename. */
  rename(from: string, to: string): boolean {
    if (!this.has(from)) return false;
    if (from === to) return true;
    this.remove(to);
    this.#arguments = this.#arguments.map((argument) => (argument.name === from && argument.raw !== '' ? argument.renamed(to) : argument));
    return true;
  }

  /** Leaves one argument of that name with this value, in the place of the first, or at the end. */
  set(name: string, value: string | true): void {
    const at = this.#arguments.findIndex((argument) => argument.name === name && argument.raw !== '');
    const written = newArgument(name, value);
    if (at === -1) this.#arguments.push(written);
    else
      this.#arguments = this.#arguments.flatMap((argument, index) => (index === at ? [written] : argument.name === name ? [] : [argument]));
  }

  /** Adds one more at the end. */
  append(name: string, value: string | true): void {
    this.#arguments.push(newArgument(name, value));
  }

  toString(): string {
    return this.#arguments.map((argument) => argument.raw).join('&');
  }
}

function newArgument(name: string, value: string | true): Argument {
  return new Argument(value === true ? encodeArgument(name) : `${encodeArgument(name)}=${encodeArgument(value)}`);
}
