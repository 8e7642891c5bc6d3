import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A generated file that is not what it should be. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'outdated' | 'left over';
}

/**
 * Compares generated texts with the files.
 * @param owned folder whose every Markdown file is generated: others there are left over.
 */
export function differences(root: string, generated: ReadonlyMap<string, string>, owned: string): readonly Difference[] {
  const found: Difference[] = [];
  for (const [path, text] of generated) {
    const file = join(root, path);
    if (!existsSync(file)) found.push({ path, kind: 'missing' });
    else if (readFileSync(file, 'utf8') !== text) found.push({ path, kind: 'outdated' });
  }
  const present = globSync(`${owned}/*.md`, { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return [...found, ...present.filter((path) => !generated.has(path)).map((path) => ({ path, kind: 'left over' as const }))];
}

/** Makes the files what they should be. */
export function mend(root: string, generated: ReadonlyMap<string, string>, found: readonly Difference[]): void {
  for (const { path, kind } of found) {
    const file = join(root, path);
    if (kind === 'left over') {
      rmSync(file);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, generated.get(path) ?? '');
  }
}
