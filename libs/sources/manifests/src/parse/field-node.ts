import { isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';

/**
 * The node of a YAML document that a dotted path names: the value where it exists, otherwise the key of the deepest
 * part that does. Elements of arrays count from 1; keys may contain dots themselves (`metadata.annotations.konghq.com/plugins`).
 */
export function fieldNode(root: Node, path: string): Node {
  return path === '' ? root : walk(root, path.split('.'), 0, root);
}

function walk(node: unknown, segments: readonly string[], from: number, fallback: Node): Node {
  if (from === segments.length) return isScalar(node) && node.range != null ? node : fallback;
  if (isSeq(node)) {
    const item = node.items[Number(segments[from]) - 1] as Node | undefined;
    return item === undefined ? fallback : walk(item, segments, from + 1, item);
  }
  if (!isMap(node)) return fallback;
  for (let end = segments.length; end > from; end--) {
    const pair = node.items.find((each) => keyOf(each) === segments.slice(from, end).join('.'));
    if (pair !== undefined) return walk(pair.value, segments, end, pair.key as Node);
  }
  return fallback;
}

function keyOf(item: unknown): string | null {
  return isPair(item) && isScalar(item.key) ? String((item as Pair<{ value: unknown }>).key.value) : null;
}
