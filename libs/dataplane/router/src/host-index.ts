import type { RouteInput } from './contract.ts';
import { emptyPaths, type PathNode, type Search } from './path-index.ts';
import { childOf, RadixTree, type RadixNode } from './radix.ts';
import type { HostPattern } from './rule.ts';

/** What ends at one host name: the name itself, and names that end in it. `null` where there is nothing. */
interface HostSlot<R> {
  readonly exact: PathNode<R> | null;
  readonly suffix: PathNode<R> | null;
}

/** Host names backwards, so that one walk finds the exact name and all wildcards above it. */
type HostNode<R> = RadixNode<HostSlot<R>, null>;
/** Names that begin with the key. */
type HostPrefixNode<R> = RadixNode<PathNode<R>, null>;

const hosts = new RadixTree<HostSlot<unknown>, null>(() => null);
const hostPrefixes = new RadixTree<PathNode<unknown>, null>(() => null);

/** A change of the routes of one host. */
export type PathChange<R> = (root: PathNode<R>) => PathNode<R>;

/** Routes by host. Immutable. */
export class HostIndex<R> {
  /** Routes for every host. */
  readonly any: PathNode<R>;
  readonly #backwards: HostNode<R>;
  readonly #prefixes: HostPrefixNode<R>;

  constructor(any: PathNode<R>, backwards: HostNode<R>, prefixes: HostPrefixNode<R>) {
    this.any = any;
    this.#backwards = backwards;
    this.#prefixes = prefixes;
  }

  static empty<R>(): HostIndex<R> {
    return new HostIndex<R>(emptyPaths<R>(), hosts.empty as HostNode<R>, hostPrefixes.empty as HostPrefixNode<R>);
  }

  /** The index with other routes for a host pattern, or for every host. Everything else is shared. */
  with(pattern: HostPattern | null, foldCase: boolean, change: PathChange<R>): HostIndex<R> {
    if (pattern === null) return new HostIndex(change(this.any), this.#backwards, this.#prefixes);
    const text = foldCase ? pattern.text.toLowerCase() : pattern.text;
    if (pattern.kind === 'prefix') {
      const tree = hostPrefixes as unknown as RadixTree<PathNode<R>, null>;
      const prefixes = tree.update(this.#prefixes, text, (root) => unlessEmpty(change(root ?? emptyPaths<R>())));
      return new HostIndex(this.any, this.#backwards, prefixes);
    }
    const tree = hosts as unknown as RadixTree<HostSlot<R>, null>;
    const backwards = tree.update(this.#backwards, reverse(text), (slot) => {
      const { exact, suffix } = slot ?? { exact: null, suffix: null };
      const next =
        pattern.kind === 'exact'
          ? { exact: unlessEmpty(change(exact ?? emptyPaths<R>())), suffix }
          : { exact, suffix: unlessEmpty(change(suffix ?? emptyPaths<R>())) };
      return next.exact === null && next.suffix === null ? null : next;
    });
    return new HostIndex(this.any, backwards, this.#prefixes);
  }

  /** Lets the search visit the routes of every pattern that matches the request's host. */
  search(search: Search<R>, input: RouteInput, foldCase: boolean): void {
    this.#searchBackwards(search, input, foldCase);
    if (this.#prefixes.children.length > 0 || this.#prefixes.value !== null) this.#searchPrefixes(search, input, foldCase);
    search.visit(this.any, input);
  }

  #searchBackwards(search: Search<R>, input: RouteInput, foldCase: boolean): void {
    const host = input.rawHost;
    let node = this.#backwards;
    let left = search.hostEnd;
    for (;;) {
      const slot = node.value;
      if (slot !== null) {
        if (left === 0 && slot.exact !== null) search.visit(slot.exact, input);
        if (slot.suffix !== null) search.visit(slot.suffix, input);
      }
      if (left === 0) return;
      const child = childOf(node, hostCode(host, left - 1, foldCase));
      if (child === null) return;
      const label = child.label;
      if (label.length > left) return;
      for (let i = 1; i < label.length; i++) if (hostCode(host, left - 1 - i, foldCase) !== label.charCodeAt(i)) return;
      left -= label.length;
      node = child;
    }
  }

  #searchPrefixes(search: Search<R>, input: RouteInput, foldCase: boolean): void {
    const host = input.rawHost;
    const end = search.hostEnd;
    let node = this.#prefixes;
    let at = 0;
    for (;;) {
      if (node.value !== null) search.visit(node.value, input);
      if (at >= end) return;
      const child = childOf(node, hostCode(host, at, foldCase));
      if (child === null) return;
      const label = child.label;
      if (label.length > end - at) return;
      for (let i = 1; i < label.length; i++) if (hostCode(host, at + i, foldCase) !== label.charCodeAt(i)) return;
      at += label.length;
      node = child;
    }
  }
}

function unlessEmpty<R>(root: PathNode<R>): PathNode<R> | null {
  return root.top === null ? null : root;
}

function reverse(text: string): string {
  let reversed = '';
  for (let i = text.length - 1; i >= 0; i--) reversed += text.charAt(i);
  return reversed;
}

function hostCode(host: string, at: number, foldCase: boolean): number {
  const code = host.charCodeAt(at);
  return foldCase && code >= 65 && code <= 90 ? code + 32 : code;
}
