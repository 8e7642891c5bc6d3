import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ImageEntry } from '@gibbon/testbed';
import type { AppName } from './apps.ts';
import type { Bundle } from './bundle.ts';

/** Within the folder of an app. */
const FOLDER = 'compile-cache';
const LIMIT_MS = 60_000;

/** An app that does something, as long as it takes to be ready; one that ends by itself does so with 0. */
interface Rehearsal {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const PROXY = {
  GIBBON_PROXY_LISTEN: '127.0.0.1:0',
  GIBBON_ADMIN_LISTEN: '127.0.0.1:0',
  GIBBON_STATUS_LISTEN: '127.0.0.1:0',
  GIBBON_WORKERS: '0',
  GIBBON_CONFIG: 'rehearsal.json',
};
const CONFIGURATION = {
  _format_version: '3.0',
  services: [{ name: 'a', url: 'http://127.0.0.1:9', routes: [{ name: 'a', paths: ['/'], plugins: [{ name: 'correlation-id' }] }] }],
};

/** Without a cluster there is not much that a controller can do: its modules are loaded. */
const REHEARSALS: Readonly<Record<AppName, Rehearsal>> = {
  proxy: { args: [], environment: PROXY },
  controller: { args: ['--list-modules'], environment: {} },
  gateway: { args: ['--list-modules'], environment: {} },
};

/** What makes an app start sooner. */
export interface CompileCache {
  /** Variables of the app. */
  readonly environment: (folder: string) => Readonly<Record<string, string>>;
  readonly files: (folder: string) => readonly ImageEntry[];
}

/**
 * Runs an app once and keeps what V8 made of its code, which then need not be compiled again. Node takes it on the same release
 * and processor features alone, as it has them in the name of the folder; elsewhere, and without a place to write, it compiles.
 * Not the same bytes each time. Rejects where the app does not start.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export async function compileCacheOf(app: AppName, { files }: Bundle, node: string): Promise<CompileCache> {
  const work = mkdtempSync(join(tmpdir(), 'gibbon-compile-'));
  try {
    for (const [name, content] of files) writeFileSync(join(work, name), content);
    writeFileSync(join(work, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(work, 'rehearsal.json'), JSON.stringify(CONFIGURATION));
    mkdirSync(join(work, FOLDER));
    await rehearse(app, work, node);
    const cache = filesBelow(join(work, FOLDER)).map((path) => ({ path, content: readFileSync(join(work, FOLDER, path)) }));
    return {
      environment: variables,
      files: (folder) => cache.map(({ path, content }): ImageEntry => ({ path: `${folder}/${FOLDER}/${path}`, content })),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function variables(folder: string): Readonly<Record<string, string>> {
  // Portable: by paths that are relative to the cache, and for every user.
  return { NODE_COMPILE_CACHE: `${folder}/${FOLDER}`, NODE_COMPILE_CACHE_PORTABLE: '1' };
}

async function rehearse(app: AppName, folder: string, node: string): Promise<void> {
  const { args, environment } = REHEARSALS[app];
  const child = spawn(node, [join(folder, 'main.js'), app, ...args], {
    cwd: folder,
    env: { ...environment, ...variables(folder) },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes('"msg":"ready"')) child.kill('SIGTERM');
  }
  const code = await ended;
  if (code !== 0) throw new Error(`gibbon ${app} does not start, and ends with ${code}:\n${said.join('\n')}`);
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
}
