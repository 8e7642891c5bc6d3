import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULE_URL = /(new URL\(\s*(['"])\.{1,2}\/[^'"]+)\.ts(\2,\s*import\.meta\.url\s*\))/g;

/**
 * Lets emitted JavaScript name its neighbours by their emitted names where it does so by URL, as threads are started:
 * `new URL('./worker.ts', import.meta.url)`. The compiler rewrites imports alone.
 */
export function rewriteUrls(folder: string): void {
  for (const file of globSync('**/*.js', { cwd: folder })) {
    const path = join(folder, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(MODULE_URL, '$1.js$3');
    if (after !== before) writeFileSync(path, after);
  }
}
