import type { Headers } from '@gibbon/contracts/plugin';

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// oxlint-disable-next-line no-control-regex -- what a field value must not have.
const BAD_VALUE = /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]|^[ \t]|[ \t]$/;

/** {@link Headers} for tests: a plain list, as strict about names and values as the proxy. */
export class TestHeaders implements Headers {
  readonly #list: [name: string, value: string][] = [];

  /** @param list name, value, name, value. */
  constructor(list: readonly string[] = []) {
    for (let index = 0; index + 1 < list.length; index += 2) this.add(list[index]!, list[index + 1]!);
  }

  get(lowerName: string): string | null {
    return this.getAll(lowerName)[0] ?? null;
  }

  getAll(lowerName: string): readonly string[] {
    requireLowerCase(lowerName);
    return this.#list.filter(([name]) => name.toLowerCase() === lowerName).map(([, value]) => value);
  }

  has(lowerName: string): boolean {
    return this.getAll(lowerName).length > 0;
  }

  set(name: string, value: string): void {
    requireField(name, value);
    this.remove(name.toLowerCase());
    this.#list.push([name, value]);
  }

  add(name: string, value: string): void {
    requireField(name, value);
    this.#list.push([name, value]);
  }

  remove(lowerName: string): void {
    requireLowerCase(lowerName);
    for (let index = this.#list.length - 1; index >= 0; index -= 1) {
      if (this.#list[index]![0].toLowerCase() === lowerName) this.#list.splice(index, 1);
    }
  }

  toList(): string[] {
    return this.#list.flat();
  }

  /** Values by lower-case name, repeated fields joined by `, `: for one assertion on everything. */
  toObject(): Record<string, string> {
    const object: Record<string, string> = {};
    for (const [name, value] of this.#list) {
      const key = name.toLowerCase();
      object[key] = key in object ? `${object[key]}, ${value}` : value;
    }
    return object;
  }
}

/** The contract asks for lower case; the proxy would silently find nothing. */
function requireLowerCase(name: string): void {
  if (name !== name.toLowerCase()) throw new Error(`look-ups take names in lower case, got '${name}'`);
}

function requireField(name: string, value: string): void {
  if (!NAME.test(name)) throw new TypeError(`'${name}' is not a field name`);
  if (typeof value !== 'string' || BAD_VALUE.test(value))
    throw new TypeError(`value of ${name} is not a field value: ${JSON.stringify(value)}`);
}
