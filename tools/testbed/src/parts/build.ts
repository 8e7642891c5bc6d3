import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../folders.ts';
import { mustRun } from '../run-command.ts';
import { withFileLock } from './file-lock.ts';
import { renderGoMod } from './go-mod.ts';
import { GO_MODULES, type GoModule, type Program } from './modules.ts';

/** Kubernetes takes eight minutes on two idle cores, and many times that where they are busy. */
const BUILD_TIMEOUT_MS = 90 * 60_000;

const GO_SOURCES = join(import.meta.dirname, '../../go');

/** The folder of a module's programs in the cache: named after what they are built from. */
export function moduleFolder(module: GoModule, cache = cacheFolder()): string {
  const hash = createHash('sha256').update(JSON.stringify([module, process.arch]));
  for (const program of ownPrograms(module)) hash.update(readFileSync(join(GO_SOURCES, program.name, 'main.go')));
  return join(cache, `${module.name}-${module.requires?.version ?? 'own'}-${hash.digest('hex').slice(0, 12)}`);
}

function ownPrograms(module: GoModule): readonly Program[] {
  return module.programs.filter((program) => program.package === '.');
}

/** Path of a built program, whether it is there or not. */
export function programPath(name: string, cache = cacheFolder()): string {
  const module = GO_MODULES.find(({ programs }) => programs.some((program) => program.name === name));
  if (module === undefined) throw new Error(`no part is named ${name}`);
  return join(moduleFolder(module, cache), name);
}

/** Whether everything is built. Only looks. */
export function isBuilt(cache = cacheFolder()): boolean {
  return GO_MODULES.every((module) => existsSync(moduleFolder(module, cache)));
}

/** What a build is told and tells. */
export interface BuildOptions {
  /** Told one line for each program. */
  readonly log: (line: string) => void;
  /** Ends it; what is not finished is not kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds what is not in the cache: about twelve minutes of two cores once, nothing afterwards. One process builds, others wait for it.
 * Runs at the lowest priority.
 */
export async function ensureBuilt(options: BuildOptions, cache = cacheFolder()): Promise<void> {
  if (isBuilt(cache)) return;
  const { log, signal } = options;
  mkdirSync(cache, { recursive: true });
  const waiting = (): void => log('Another process is building Kubernetes, waiting for it ...');
  await withFileLock(join(cache, 'build.lock'), { timeoutMs: BUILD_TIMEOUT_MS, waiting, signal }, async () => {
    // Whoever was killed while building could not remove its work.
    for (const name of readdirSync(cache)) if (name.startsWith('build-')) rmSync(join(cache, name), { recursive: true, force: true });
    log('Building Kubernetes from source, once: about twelve minutes on two cores ...');
    for (const module of GO_MODULES) if (!existsSync(moduleFolder(module, cache))) await buildModule(module, cache, options);
  });
}

async function buildModule(module: GoModule, cache: string, { log, signal }: BuildOptions): Promise<void> {
  const work = mkdtempSync(join(cache, 'build-'));
  const output = join(work, 'programs');
  try {
    mkdirSync(output);
    await writeModule(module, work, signal);
    for (const program of module.programs) {
      const startedAt = performance.now();
      await mustRun('nice', ['-n', '19', ...buildCommand(module, program, work)], {
        cwd: work,
        env: buildEnvironment(module),
        timeoutMs: BUILD_TIMEOUT_MS,
        signal,
      });
      log(`Built ${program.name} in ${Math.round((performance.now() - startedAt) / 1000)} s`);
    }
    renameSync(output, moduleFolder(module, cache));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function writeModule(module: GoModule, work: string, signal: AbortSignal | undefined): Promise<void> {
  for (const { name } of ownPrograms(module)) cpSync(join(GO_SOURCES, name), join(work, name), { recursive: true });
  let upstream: string | null = null;
  if (module.inheritsReplacements && module.requires !== null) {
    const { path, version } = module.requires;
    const downloaded = await mustRun('go', ['mod', 'download', '-json', `${path}@v${version}`], {
      cwd: work,
      timeoutMs: BUILD_TIMEOUT_MS,
      signal,
    });
    const { Dir: folder } = JSON.parse(downloaded) as { Dir: string };
    upstream = readFileSync(join(folder, 'go.mod'), 'utf8');
    cpSync(join(folder, 'go.sum'), join(work, 'go.sum'));
  }
  writeFileSync(join(work, 'go.mod'), renderGoMod(module, upstream));
}

function buildCommand(module: GoModule, program: Program, work: string): readonly string[] {
  const target = program.package === '.' ? `./${program.name}` : program.package;
  return [
    'go',
    'build',
    '-mod=mod',
    '-trimpath',
    '-p=2',
    `-ldflags=${module.linkerFlags}`,
    '-o',
    join(work, 'programs', program.name),
    target,
  ];
}

function buildEnvironment(module: GoModule): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GOFLAGS: '-buildvcs=false',
    GOMAXPROCS: '2',
    GOTOOLCHAIN: 'local',
    ...(module.static ? { CGO_ENABLED: '0' } : {}),
  };
}
