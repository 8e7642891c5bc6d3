import type { RouteInput, RouteMatch } from './contract.ts';
import { destinationPort, hostEnd } from './host-port.ts';
import { childOf, RadixTree, type RadixNode } from './radix.ts';
import type { Regex } from './regex.ts';
import type { PathPattern, Predicate, Rule, RuleOrder } from './rule.ts';

/** One host and one path of a rule. */
export interface Alternative {
  /** Port that the host asks for, or -1. */
  readonly port: number;
  readonly path: PathPattern | null;
  /** Position of the path within the rule. */
  readonly sequence: number;
}

/** One alternative of a rule, filed in the index: the path down to its node is known to match already. */
export class Candidate<R> {
  readonly order: RuleOrder;
  /** Position among the alternatives of the rule's path: earlier ones win. */
  readonly sequence: number;
  readonly port: number;
  readonly methods: readonly string[] | null;
  readonly predicates: readonly Predicate[] | null;
  /** Length that the path must have, or -1. */
  readonly exactLength: number;
  readonly regex: Regex | null;
  /** The answer; for a regular expression only its value applies. */
  readonly match: RouteMatch<R>;

  constructor(rule: Rule, alternative: Alternative, match: RouteMatch<R>) {
    const { path } = alternative;
    this.order = rule.order;
    this.sequence = alternative.sequence;
    this.port = alternative.port;
    this.methods = rule.methods;
    this.predicates = rule.predicates;
    this.exactLength = path?.kind === 'exact' ? path.text.length : -1;
    this.regex = path?.regex ?? null;
    this.match = match;
  }
}

/** Candidates of one path prefix, best first; never empty. */
export type Candidates<R> = readonly Candidate<R>[];
/** Paths of one host. `top` is the best candidate below: what cannot win is not descended into. */
export type PathNode<R> = RadixNode<Candidates<R>, Candidate<R> | null>;

/** Whether `a` wins over `b`. */
export function outranks<R>(a: Candidate<R>, b: Candidate<R>): boolean {
  const left = a.order;
  const right = b.order;
  if (left.high !== right.high) return left.high > right.high;
  if (left.low !== right.low) return left.low > right.low;
  if (left.id !== right.id) return left.id > right.id;
  return a.sequence < b.sequence;
}

const paths = new RadixTree<Candidates<unknown>, Candidate<unknown> | null>((value, children) => {
  let top = value?.[0] ?? null;
  for (const child of children) if (child.top !== null && (top === null || outranks(child.top, top))) top = child.top;
  return top;
});

/** A host without routes. */
export function emptyPaths<R>(): PathNode<R> {
  return paths.empty as PathNode<R>;
}

/** Files a candidate under a path prefix. */
export function addCandidate<R>(root: PathNode<R>, prefix: string, candidate: Candidate<R>): PathNode<R> {
  return pathsOf<R>().update(root, prefix, (list) => {
    if (list === null) return [candidate];
    let at = list.length;
    while (at > 0 && outranks(candidate, list[at - 1] as Candidate<R>)) at--;
    return list.toSpliced(at, 0, candidate);
  });
}

/** Takes a candidate out. */
export function removeCandidate<R>(root: PathNode<R>, prefix: string, candidate: Candidate<R>): PathNode<R> {
  return pathsOf<R>().update(root, prefix, (list) => {
    const rest = list?.filter((each) => each !== candidate) ?? [];
    return rest.length > 0 ? rest : null;
  });
}

/** The tree's operations do not depend on what the routes carry. */
function pathsOf<R>(): RadixTree<Candidates<R>, Candidate<R> | null> {
  return paths as unknown as RadixTree<Candidates<R>, Candidate<R> | null>;
}

/** One search at a time: the best answer so far, and room to work in. Reused for every request of a router. */
export class Search<R> {
  best: Candidate<R> | null = null;
  /** The answer of `best` where it is not constant. */
  found: RouteMatch<R> | null = null;
  /** Where the name in the request's `Host` ends, and the port that the request is for. */
  hostEnd = 0;
  #port = 0;
  readonly #visited: PathNode<R>[] = [];

  /** Starts over with another request. */
  begin(input: RouteInput): void {
    this.best = null;
    this.found = null;
    this.hostEnd = hostEnd(input.rawHost);
    this.#port = destinationPort(input);
  }

  /** Looks among the routes of one host for something better than `best`. */
  visit(root: PathNode<R>, input: RouteInput): void {
    let depth = this.#descend(root, input.path);
    // Longer prefixes first: they are likely to win, and then the shorter ones are not tried.
    while (depth > 0) {
      depth--;
      const node = this.#visited[depth] as PathNode<R>;
      this.#consider(node.value as Candidates<R>, input);
    }
  }

  /** Notes the nodes on the way that hold candidates. @returns how many. */
  #descend(root: PathNode<R>, path: string): number {
    const best = this.best;
    const length = path.length;
    const visited = this.#visited;
    let node = root;
    let at = 0;
    let depth = 0;
    for (;;) {
      if (best !== null && (node.top === null || !outranks(node.top, best))) return depth;
      if (node.value !== null) visited[depth++] = node;
      if (at >= length) return depth;
      const child = childOf(node, path.charCodeAt(at));
      if (child === null) return depth;
      const label = child.label;
      const end = label.length;
      if (end > length - at) return depth;
      for (let i = 1; i < end; i++) if (path.charCodeAt(at + i) !== label.charCodeAt(i)) return depth;
      at += end;
      node = child;
    }
  }

  #consider(candidates: Candidates<R>, input: RouteInput): void {
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i] as Candidate<R>;
      if (this.best !== null && !outranks(candidate, this.best)) return;
      if (!conditionsHold(candidate, input, this.#port)) continue;
      if (candidate.regex === null) this.found = candidate.match;
      else {
        const match = matchRegex(candidate.regex, input.path, candidate.match.value);
        if (match === null) continue;
        this.found = match;
      }
      this.best = candidate;
      return;
    }
  }
}

function conditionsHold<R>(candidate: Candidate<R>, input: RouteInput, port: number): boolean {
  if (candidate.port !== -1 && candidate.port !== port) return false;
  if (candidate.exactLength !== -1 && candidate.exactLength !== input.path.length) return false;
  const { methods, predicates } = candidate;
  if (methods !== null && !methods.includes(input.method)) return false;
  if (predicates !== null) for (let i = 0; i < predicates.length; i++) if (!(predicates[i] as Predicate).test(input)) return false;
  return true;
}

function matchRegex<R>(regex: Regex, path: string, value: R): RouteMatch<R> | null {
  const result = regex.exec(path);
  if (result === null) return null;
  const prefix = result[0] ?? '';
  if (!regex.hasGroups) return { value, prefix, captures: null };
  const captures: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i < result.length; i++) {
    const group = result[i];
    if (typeof group === 'string') captures[i] = group;
  }
  for (const name in result.groups) {
    const group = result.groups[name];
    if (typeof group === 'string') captures[name] = group;
  }
  return { value, prefix, captures };
}
