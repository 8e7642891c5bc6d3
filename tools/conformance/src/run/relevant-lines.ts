const SHOWN_LINES = 30;

/** Of longer lines, which dump whole requests, beginning and end are shown: the end says what was wrong. */
const BEGINNING = 90;
const END = 160;

/** `a.go:1: 2026-01-02T03:04:05.678Z: no answer (after 2.5s)` differs from the same line a second later by these. */
const TIMES = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?:? ?| ?\(after [^)]*\)/g;

/**
 * The end of what a failed test said, for people: without times; a line that is repeated while the suite waits stands there once, with
 * the number of times.
 */
export function relevantLines(output: readonly string[], limit = SHOWN_LINES): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of output) {
    const line = shortened(text.replaceAll(TIMES, '').trimEnd());
    if (line === '') continue;
    const times = counts.get(line) ?? 0;
    // A line that comes again moves to where it came last.
    counts.delete(line);
    counts.set(line, times + 1);
  }
  const lines = [...counts].map(([line, times]) => (times === 1 ? line : `${line}  (${times} times)`));
  const left = lines.length - limit;
  return left > 0 ? [`    ... ${left} lines before`, ...lines.slice(left)] : lines;
}

function shortened(line: string): string {
  return line.length <= BEGINNING + END ? line : `${line.slice(0, BEGINNING)} ... ${line.slice(-END)}`;
}
