import { basename, join } from 'node:path';
import { rolldown, type Plugin } from 'rolldown';
import { APP_NAMES, type AppName } from './apps.ts';
import { builtInModules } from './built-in-modules.ts';
import { moduleUrls } from './module-urls.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COMMAND = join(ROOT, 'apps/cli/src/main.ts');

/** What an app becomes: a few files in one folder, `main.js` among them. */
export interface Bundle {
  /** Contents by file name. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Modules of other projects in it, by absolute path. */
  readonly foreignModules: readonly string[];
}

/** Bundles the `gibbon` command with one of its apps alone; threads stay files of their own. The same sources make the same bytes. */
export async function bundleApp(app: AppName): Promise<Bundle> {
  const bundle = await rolldown({
    input: { main: COMMAND },
    cwd: ROOT,
    platform: 'node',
    resolve: { conditionNames: ['@gibbon/source', 'node', 'import', 'module', 'default'] },
    plugins: [withoutOtherApps(app), moduleUrls(), builtInModules()],
    onLog: (level, log) => {
      if (level === 'warn' && log.code !== 'EVAL') process.stderr.write(`${log.message}\n`);
    },
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      comments: { legal: true, annotation: false, jsdoc: false },
    });
    const files = output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source] as const);
    const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    return {
      files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
      foreignModules: modules.filter((id) => id.includes('/node_modules/')).sort(),
    };
  } finally {
    await bundle.close();
  }
}

/** Leaves out the commands of other apps, and so all their code: typed nevertheless, they say so. */
function withoutOtherApps(app: AppName): Plugin {
  const others = new Set(APP_NAMES.filter((name) => name !== app));
  return {
    name: 'gibbon-one-app',
    resolveId: {
      filter: { id: /^\.\/commands\// },
      handler(source, importer) {
        const name = basename(source, '.ts') as AppName;
        return importer === COMMAND && others.has(name) ? { id: `\0absent:${name}` } : null;
      },
    },
    load: {
      filter: { id: /^\0absent:/ },
      handler(id) {
        const name = id.slice('\0absent:'.length);
        const run = `run${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        return `export const ${run} = () => { process.stderr.write('gibbon ${name}: this image has gibbon ${app} alone\\n'); return Promise.resolve(2); };`;
      },
    },
  };
}
