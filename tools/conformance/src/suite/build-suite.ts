import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '@gibbon/testbed/file-lock';
import { mustRun } from '@gibbon/testbed/run-command';
import { declaredTests, featureNames, manifestImages, type SuiteFacts } from './sources.ts';
import { SUITE_VERSION } from './versions.ts';

/** The official suite, built. */
export interface Suite extends SuiteFacts {
  readonly version: string;
  readonly folder: string;
  /** The test program; its manifests are inside. */
  readonly program: string;
  /** The program of its backends, static. */
  readonly echoProgram: string;
}

/** What a build is told and tells. */
export interface BuildOptions {
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const API_MODULE = 'sigs.k8s.io/gateway-api';
const SUITE_MODULE = `${API_MODULE}/conformance`;
const GO_VERSION = '1.26.0';
const BUILD_TIMEOUT_MS = 60 * 60_000;
const FACTS = 'tests-features-images.json';

/** Another recipe is another entry in the cache. */
const RECIPE = `module gibbon.dev/conformance

go ${GO_VERSION}

require ${SUITE_MODULE} v${SUITE_VERSION}

replace ${API_MODULE} => ${API_MODULE} v${SUITE_VERSION}
`;

/** Where built suites are kept: `$XDG_CACHE_HOME/gibbon/conformance`, by default under `~/.cache`. Safe to delete. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'];
  return join(cache?.startsWith('/') === true ? cache : join(homedir(), '.cache'), 'gibbon/conformance');
}

/**
 * Builds the official suite, unmodified, from its Go module where it is not in the cache: a minute and a half on two cores, once.
 * @throws Error without a fitting Go, where the module is not to be had, or with what the compiler said.
 */
export async function ensureSuite(options: BuildOptions, cache = cacheFolder()): Promise<Suite> {
  const recipe = createHash('sha256')
    .update(RECIPE + process.arch + FACTS)
    .digest('hex');
  const folder = join(cache, `suite-${SUITE_VERSION}-${recipe.slice(0, 12)}`);
  if (!existsSync(folder)) await build(folder, cache, options);
  const facts = JSON.parse(readFileSync(join(folder, FACTS), 'utf8')) as SuiteFacts;
  return { ...facts, version: SUITE_VERSION, folder, program: join(folder, 'conformance.test'), echoProgram: join(folder, 'echo-basic') };
}

async function build(folder: string, cache: string, { log, signal }: BuildOptions): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const waiting = (): void => log('Another process is building the conformance suite, waiting for it ...');
  await withFileLock(join(cache, 'build.lock'), { timeoutMs: BUILD_TIMEOUT_MS, waiting, signal }, async () => {
    if (existsSync(folder)) return;
    for (const name of readdirSync(cache)) if (name.startsWith('build-')) rmSync(join(cache, name), { recursive: true, force: true });
    log(`Building the Gateway API's conformance suite ${SUITE_VERSION} from source, once: about two minutes on two cores ...`);
    const work = mkdtempSync(join(cache, 'build-'));
    try {
      await compile(work, signal);
      renameSync(join(work, 'output'), folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

async function compile(work: string, signal: AbortSignal | undefined): Promise<void> {
  const output = join(work, 'output');
  mkdirSync(output);
  const env = { ...process.env, GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
  const go = (...args: string[]): Promise<string> =>
    mustRun('nice', ['-n', '19', 'go', ...args], { cwd: work, env, timeoutMs: BUILD_TIMEOUT_MS, signal });
  writeFileSync(join(work, 'go.mod'), RECIPE);
  const suite = await downloaded(go, `${SUITE_MODULE}@v${SUITE_VERSION}`);
  const api = await downloaded(go, `${API_MODULE}@v${SUITE_VERSION}`);
  // The versions that the suite was released with, checked against the sums that it was released with.
  writeFileSync(join(work, 'go.sum'), readFileSync(join(suite, 'go.sum')));
  const small = ['-mod=mod', '-trimpath', '-p=2', '-ldflags=-s -w'];
  await go('test', '-c', ...small, '-o', join(output, 'conformance.test'), SUITE_MODULE);
  await go('build', ...small, '-o', join(output, 'echo-basic'), `${SUITE_MODULE}/echo-basic`);
  writeFileSync(join(output, FACTS), JSON.stringify(collectFacts(suite, api)));
}

async function downloaded(go: (...args: string[]) => Promise<string>, module: string): Promise<string> {
  const { Dir: folder } = JSON.parse(await go('mod', 'download', '-json', module)) as { Dir: string };
  return folder;
}

/** Reads names from the sources, those of meshes left out. */
function collectFacts(suite: string, api: string): SuiteFacts {
  const collect = <T>(folder: string, pattern: string, read: (text: string) => readonly T[]): readonly T[] => {
    const files = globSync(pattern, { cwd: folder }).filter((file) => !/(^|\/)mesh\b/.test(file));
    return files.flatMap((file) => read(readFileSync(join(folder, file), 'utf8')));
  };
  const names = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
  return {
    tests: collect(suite, 'tests/*.go', declaredTests).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    features: names(collect(api, 'pkg/features/*.go', featureNames)),
    images: names(collect(suite, '{base,tests}/**/*.yaml', manifestImages)),
  };
}
