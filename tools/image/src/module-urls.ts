import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

const NEIGHBOUR = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1,\s*import\.meta\.url\s*\)/g;

/**
 * Takes along what sources name by URL beside themselves: `new URL('./worker.ts', import.meta.url)` becomes an entry of the
 * bundle, `new URL('../package.json', import.meta.url)` a file beside it.
 */
export function moduleUrls(): Plugin {
  return {
    name: 'gibbon-module-urls',
    transform: {
      filter: { id: /\.ts$/, code: 'import.meta.url' },
      handler(code, id) {
        return code.replaceAll(NEIGHBOUR, (_match, _quote: string, path: string) => {
          const target = join(dirname(id), path);
          if (!target.endsWith('.ts'))
            return urlOf(this.emitFile({ type: 'asset', fileName: assetName(target), source: readFileSync(target) }), this);
          return urlOf(this.emitFile({ type: 'chunk', id: target, fileName: `${basename(target, '.ts')}.js` }), this);
        });
      },
    },
  };
}

/** All files lie in one folder. */
function urlOf(reference: string, files: { getFileName(reference: string): string }): string {
  return `new URL(${JSON.stringify(`./${files.getFileName(reference)}`)}, import.meta.url)`;
}

/** `apps/proxy/package.json` becomes `proxy.package.json`: several have the same name. */
function assetName(file: string): string {
  return `${basename(dirname(file))}.${basename(file)}`;
}
