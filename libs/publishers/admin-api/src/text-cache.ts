/** Texts of what is sent, so that many targets in the same state cost one. Keeps the latest few. */
export class TextCache {
  readonly #size: number;
  #entries: { readonly of: object; readonly key: string; readonly text: string }[] = [];

  /** @param size texts to keep. */
  constructor(size = 4) {
    this.#size = size;
  }

  /**
   * @param shared what several targets have in common; a text of anything else is made anew.
   * @param sent what is written.
   * @param key tells texts of the same object apart.
   */
  get(shared: object, sent: object, key: string, make: () => string): string {
    if (shared !== sent) return make();
    const found = this.#entries.find((entry) => entry.of === sent && entry.key === key);
    if (found !== undefined) return found.text;
    const text = make();
    this.#entries = [{ of: sent, key, text }, ...this.#entries].slice(0, this.#size);
    return text;
  }
}
