import type { RegisteredModule } from '@gibbon/kernel';

/** `--list-modules`: id, version and package of each module, in columns. */
export function formatModules(modules: readonly RegisteredModule[]): string {
  const rows = modules
    .map(({ definition, packageName, packageVersion }) => {
      const traits = definition.traits as { readonly version?: string };
      return [definition.id, traits.version ?? packageVersion, `${packageName}@${packageVersion}`, definition.summary];
    })
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  const table = [['ID', 'VERSION', 'PACKAGE', 'SUMMARY'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
