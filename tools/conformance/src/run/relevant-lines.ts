const SHOWN_LINES = 40;

/** `    apply.go:315: 2026-01-02T03:04:05.678Z: Creating ...` differs from the same line a second later by its time. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/g;

/**
 * The end of what a failed test said, for people: a line that is repeated while the suite waits stands there once, with the number of
 * times; the dumps of requests and objects are cut.
 */
export function relevantLines(output: readonly string[], limit = SHOWN_LINES): readonly string[] {
  const counts = new Map<string, { line: string; times: number }>();
  for (const line of output) {
    const key = line.replaceAll(TIME, '').trim();
    if (key === '') continue;
    const seen = counts.get(key);
    counts.delete(key);
    counts.set(key, { line: line.trimEnd(), times: (seen?.times ?? 0) + 1 });
  }
  const lines = [...counts.values()].map(({ line, times }) => (times === 1 ? line : `${line}  (${times} times)`));
  const left = lines.length - limit;
  return left > 0 ? [`    ... ${left} lines before`, ...lines.slice(left)] : lines;
}
