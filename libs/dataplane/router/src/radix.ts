/**
 * A persistent radix tree: strings to values, sharing every node that an update does not pass through.
 *
 * ```
 *   ""            keys  /a  /api  /api/v1
 *    └ "/a"
 *        └ "pi"
 *            └ "/v1"
 * ```
 * Readers walk the nodes themselves, by `charCodeAt`, so that no key is sliced on the request path.
 */
export class RadixNode<V, T> {
  /** Characters between the parent's key and this one's; empty for a root alone. */
  readonly label: string;
  /** Value of the key that ends here. */
  readonly value: V | null;
  /** First characters of the children's labels, ascending. */
  readonly codes: readonly number[];
  readonly children: readonly RadixNode<V, T>[];
  /** What the tree's {@link Summary} says of this node and everything below. */
  readonly top: T;

  /** @param children ordered by the first characters of their labels. */
  constructor(label: string, value: V | null, children: readonly RadixNode<V, T>[], top: T) {
    this.label = label;
    this.value = value;
    this.codes = children.map((child) => child.label.charCodeAt(0));
    this.children = children;
    this.top = top;
  }
}

/** Computes what a node knows of its subtree. Pure. */
export type Summary<V, T> = (value: V | null, children: readonly RadixNode<V, T>[]) => T;

/** Up to how many children a scan beats halving. */
const SCAN_LIMIT = 8;

/** The child whose label starts with `code`, or `null`. On the request path. */
export function childOf<V, T>(node: RadixNode<V, T>, code: number): RadixNode<V, T> | null {
  const codes = node.codes;
  const count = codes.length;
  if (count <= SCAN_LIMIT) {
    for (let i = 0; i < count; i++) if (codes[i] === code) return node.children[i] as RadixNode<V, T>;
    return null;
  }
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = codes[middle] as number;
    if (found === code) return node.children[middle] as RadixNode<V, T>;
    if (found < code) low = middle + 1;
    else high = middle - 1;
  }
  return null;
}

/** The value of a key, or `null`. */
export function lookUp<V, T>(root: RadixNode<V, T>, key: string): V | null {
  let node: RadixNode<V, T> | null = root;
  let at = 0;
  while (at < key.length) {
    node = childOf(node, key.charCodeAt(at));
    if (node === null || !key.startsWith(node.label, at)) return null;
    at += node.label.length;
  }
  return node.value;
}

/** The operations of one kind of tree. */
export class RadixTree<V, T> {
  readonly #summary: Summary<V, T>;
  /** The tree without keys. */
  readonly empty: RadixNode<V, T>;

  constructor(summary: Summary<V, T>) {
    this.#summary = summary;
    this.empty = this.#node('', null, []);
  }

  /**
   * A tree in which `change` was applied to the value of `key`.
   * @param change gets the value or `null`; returns the new one, or `null` to remove the key.
   */
  update(root: RadixNode<V, T>, key: string, change: (value: V | null) => V | null): RadixNode<V, T> {
    return this.#update(root, key, 0, change) ?? this.empty;
  }

  /** @returns the node's replacement, or `null` when nothing is left of it. The root's label is empty. */
  #update(node: RadixNode<V, T>, key: string, at: number, change: (value: V | null) => V | null): RadixNode<V, T> | null {
    if (at === key.length) return this.#settle(node.label, change(node.value), node.children);
    const child = childOf(node, key.charCodeAt(at));
    if (child === null) {
      const value = change(null);
      if (value === null) return node;
      return this.#node(node.label, node.value, [...node.children, this.#node(key.slice(at), value, [])]);
    }
    const common = commonLength(child.label, key, at);
    const next = common === child.label.length ? this.#update(child, key, at + common, change) : this.#split(child, key, at, change);
    if (next === child) return node;
    const children = node.children.filter((each) => each !== child);
    if (next !== null) children.push(next);
    return this.#settle(node.label, node.value, children);
  }

  /** Where the key leaves the child in the middle of its label. */
  #split(child: RadixNode<V, T>, key: string, at: number, change: (value: V | null) => V | null): RadixNode<V, T> {
    const value = change(null);
    if (value === null) return child;
    const common = commonLength(child.label, key, at);
    const rest = this.#node(child.label.slice(common), child.value, child.children);
    const head = child.label.slice(0, common);
    if (at + common === key.length) return this.#node(head, value, [rest]);
    return this.#node(head, null, [rest, this.#node(key.slice(at + common), value, [])]);
  }

  /** Drops what became empty and joins what needs no branch any more. */
  #settle(label: string, value: V | null, children: readonly RadixNode<V, T>[]): RadixNode<V, T> | null {
    if (value === null && label !== '') {
      const only = children[0];
      if (only === undefined) return null;
      if (children.length === 1) return this.#node(label + only.label, only.value, only.children);
    }
    return this.#node(label, value, children);
  }

  #node(label: string, value: V | null, children: readonly RadixNode<V, T>[]): RadixNode<V, T> {
    const sorted = children.toSorted((a, b) => a.label.charCodeAt(0) - b.label.charCodeAt(0));
    return new RadixNode(label, value, sorted, this.#summary(value, sorted));
  }
}

function commonLength(label: string, key: string, at: number): number {
  const limit = Math.min(label.length, key.length - at);
  let length = 0;
  while (length < limit && label.charCodeAt(length) === key.charCodeAt(at + length)) length++;
  return length;
}
