import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A generated file that is not what it should be. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'outdated' | 'left over';
}

/** Compares generated texts with the files. @param folders whose every file is generated: others there are left over. */
export function differences(root: string, generated: ReadonlyMap<string, string>, folders: readonly string[]): readonly Difference[] {
  const found: Difference[] = [];
  for (const [path, text] of generated) {
    if (!existsSync(join(root, path))) found.push({ path, kind: 'missing' });
    else if (readFileSync(join(root, path), 'utf8') !== text) found.push({ path, kind: 'outdated' });
  }
  const present = globSync(
    folders.map((folder) => `${folder}/**`),
    { cwd: root, withFileTypes: true },
  );
  for (const file of present.filter((entry) => entry.isFile())) {
    const path = relative(root, join(file.parentPath, file.name)).replaceAll('\\', '/');
    if (!generated.has(path)) found.push({ path, kind: 'left over' });
  }
  return found;
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
