/**
 * Hands out IPv4 addresses of a range. An address is not given again before all others had their turn, so that
 * whoever still holds a deleted Service's address does not reach another one.
 */
export class AddressPool {
  readonly #first: number;
  readonly #size: number;
  readonly #owners = new Map<number, string>();
  readonly #addresses = new Map<string, number>();
  #next = 0;

  /** @param range e.g. `10.20.0.0/16`; the first and the last address are left out. */
  constructor(range: string) {
    const [address = '', prefix = ''] = range.split('/');
    const bits = Number(prefix);
    this.#size = 2 ** (32 - bits) - 2;
    const network = parseAddress(address);
    if (network === null || !/^\d+$/.test(prefix) || this.#size < 1) throw new Error(`not a range of IPv4 addresses: '${range}'`);
    this.#first = network - (network % 2 ** (32 - bits)) + 1;
  }

  /**
   * The address of an owner, the same on every call until it is released.
   * @param wanted a certain one, e.g. what `spec.loadBalancerIP` says; an owner that has another one gives that up.
   * @returns `null` when the range is used up, or when `wanted` is another owner's or outside the range.
   */
  allocate(owner: string, wanted?: string): string | null {
    const has = this.#addresses.get(owner);
    if (wanted !== undefined) return this.#allocateWanted(owner, wanted);
    if (has !== undefined) return formatAddress(this.#first + has);
    for (let tried = 0; tried < this.#size; tried += 1) {
      const index = (this.#next + tried) % this.#size;
      if (this.#owners.has(index)) continue;
      this.#next = (index + 1) % this.#size;
      return this.#give(owner, index);
    }
    return null;
  }

  /** Takes an owner's address back; nothing where it has none. */
  release(owner: string): void {
    const index = this.#addresses.get(owner);
    if (index === undefined) return;
    this.#addresses.delete(owner);
    this.#owners.delete(index);
  }

  /** Who has an address. */
  owners(): readonly string[] {
    return [...this.#addresses.keys()];
  }

  #allocateWanted(owner: string, wanted: string): string | null {
    const index = (parseAddress(wanted) ?? -1) - this.#first;
    if (index < 0 || index >= this.#size) return null;
    const current = this.#owners.get(index);
    if (current === owner) return wanted;
    if (current !== undefined) return null;
    this.release(owner);
    return this.#give(owner, index);
  }

  #give(owner: string, index: number): string {
    this.#owners.set(index, owner);
    this.#addresses.set(owner, index);
    return formatAddress(this.#first + index);
  }
}

function parseAddress(text: string): number | null {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
