import type { Summary } from '../measure/sample.ts';

/** Columns of text, the first to the left and the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The result as a table for a terminal. */
export function proxyTable(summaries: readonly Summary[], reference: string): string {
  const header = [
    'proxy',
    `ratio to ${reference}: min`,
    'median',
    'max',
    'us CPU/request',
    'user',
    'system',
    'requests/s',
    'RSS MB',
    'failures',
  ];
  const rows = summaries.map(({ name, ratio, cpuUs, userUs, systemUs, requestsPerSecond, residentBytes, failures }) => [
    name,
    ...(ratio === null ? ['-', '-', '-'] : [ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(2))),
    cpuUs.median.toFixed(1),
    userUs.toFixed(1),
    systemUs.toFixed(1),
    requestsPerSecond.toFixed(0),
    (residentBytes / 1048576).toFixed(0),
    String(failures),
  ]);
  return alignColumns([header, ...rows]);
}
