import type { RouteEntry, RouteInput, RouteMatch, RouteProblem, Router, RouterChange, RouterSettings } from './contract.ts';
import { HostIndex } from './host-index.ts';
import { lowerRoute } from './lower.ts';
import { addCandidate, Candidate, removeCandidate, Search } from './path-index.ts';
import { lookUp, type RadixNode, RadixTree } from './radix.ts';
import type { HostPattern, Rule } from './rule.ts';

/** Where a candidate was filed, so that it can be taken out again. */
interface Placement<R> {
  readonly host: HostPattern | null;
  readonly prefix: string;
  readonly candidate: Candidate<R>;
}

/** What the index holds of one route. */
interface Filed<R> {
  readonly placements: readonly Placement<R>[];
  readonly problems: readonly RouteProblem[];
}

/** Routes by id; persistent like the rest, so that an update copies a few nodes and not a table. */
type Catalogue<R> = RadixNode<Filed<R>, null>;
const catalogues = new RadixTree<Filed<unknown>, null>(() => null);

/** A router over an index of hosts, then paths, then what remains. */
class IndexedRouter<R> implements Router<R> {
  readonly size: number;
  readonly problems: readonly RouteProblem[];
  readonly foldCase: boolean;
  readonly index: HostIndex<R>;
  readonly catalogue: Catalogue<R>;
  readonly #search = new Search<R>();

  constructor(parts: RouterParts<R>) {
    this.index = parts.index;
    this.catalogue = parts.catalogue;
    this.size = parts.size;
    this.problems = parts.problems;
    this.foldCase = parts.foldCase;
  }

  match(input: RouteInput): RouteMatch<R> | null {
    const search = this.#search;
    search.begin(input);
    this.index.search(search, input, this.foldCase);
    return search.found;
  }
}

interface RouterParts<R> {
  index: HostIndex<R>;
  catalogue: Catalogue<R>;
  size: number;
  problems: readonly RouteProblem[];
  readonly foldCase: boolean;
}

/**
 * Builds a router. Routes that cannot be served are left out and listed in `problems`; routes of other protocols than
 * HTTP are left out silently.
 */
export function buildRouter<R>(entries: readonly RouteEntry<R>[], settings: RouterSettings = {}): Router<R> {
  const parts: RouterParts<R> = {
    index: HostIndex.empty<R>(),
    catalogue: catalogues.empty as Catalogue<R>,
    size: 0,
    problems: [],
    foldCase: settings.hostCase !== 'sensitive',
  };
  for (const entry of entries) add(parts, entry);
  return new IndexedRouter(parts);
}

/**
 * A router with some routes changed. The previous one goes on working; the two share what did not change, so the cost
 * follows the number of changed routes.
 * @param previous made by {@link buildRouter} or this function.
 */
export function updateRouter<R>(previous: Router<R>, change: RouterChange<R>): Router<R> {
  if (!(previous instanceof IndexedRouter)) throw new TypeError('updateRouter needs a router made by buildRouter');
  const { index, catalogue, size, problems, foldCase } = previous as IndexedRouter<R>;
  const parts: RouterParts<R> = { index, catalogue, size, problems, foldCase };
  for (const id of change.removedIds) remove(parts, id);
  for (const entry of change.added) add(parts, entry);
  return new IndexedRouter(parts);
}

function add<R>(parts: RouterParts<R>, { route, value }: RouteEntry<R>): void {
  remove(parts, route.id);
  const { rules, problems } = lowerRoute(route);
  if (rules.length === 0 && problems.length === 0) return;
  const placements = rules.flatMap((rule) => placementsOf(rule, value));
  for (const { host, prefix, candidate } of placements) {
    parts.index = parts.index.with(host, parts.foldCase, (root) => addCandidate(root, prefix, candidate));
  }
  parts.catalogue = catalogueTree<R>().update(parts.catalogue, route.id, () => ({ placements, problems }));
  if (rules.length > 0) parts.size++;
  if (problems.length > 0) parts.problems = [...parts.problems, ...problems];
}

function remove<R>(parts: RouterParts<R>, id: string): void {
  const filed = lookUp(parts.catalogue, id);
  if (filed === null) return;
  for (const { host, prefix, candidate } of filed.placements) {
    parts.index = parts.index.with(host, parts.foldCase, (root) => removeCandidate(root, prefix, candidate));
  }
  parts.catalogue = catalogueTree<R>().update(parts.catalogue, id, () => null);
  if (filed.placements.length > 0) parts.size--;
  if (filed.problems.length > 0) parts.problems = parts.problems.filter((problem) => problem.id !== id);
}

/** One candidate for each pair of host and path; candidates of one path share their answer. */
function placementsOf<R>(rule: Rule, value: R): Placement<R>[] {
  const hosts: readonly (HostPattern | null)[] = rule.hosts ?? [null];
  return (rule.paths ?? [null]).flatMap((path, sequence) => {
    const match: RouteMatch<R> = Object.freeze({ value, prefix: path?.prefix ?? '', captures: null });
    return hosts.map((host) => ({
      host,
      prefix: path?.text ?? '',
      candidate: new Candidate(rule, { port: host?.port ?? -1, path, sequence }, match),
    }));
  });
}

function catalogueTree<R>(): RadixTree<Filed<R>, null> {
  return catalogues as unknown as RadixTree<Filed<R>, null>;
}
