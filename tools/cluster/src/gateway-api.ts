import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Testbed } from '@gibbon/testbed';
import { cacheFolder } from './cache-folder.ts';

/** The release whose definitions are installed unless another one is asked for. */
export const GATEWAY_API_VERSION = '1.7.0';

/** `standard` or also what may still change. */
export type GatewayApiChannel = 'standard' | 'experimental';

/** Which definitions. */
export interface GatewayApiOptions {
  /** Without the `v`; default {@link GATEWAY_API_VERSION}. */
  readonly version?: string;
  /** Default `standard`. */
  readonly channel?: GatewayApiChannel;
}

const MODULE = 'sigs.k8s.io/gateway-api';
const CHANNELS: readonly GatewayApiChannel[] = ['standard', 'experimental'];
const APPLY_TIMEOUT_MS = 60_000;

/**
 * The files with a release's CustomResourceDefinitions, from its Go module; kept in the cache.
 * @throws Error without Go, or where the module is not to be had.
 */
export function gatewayApiFiles({ version = GATEWAY_API_VERSION, channel = 'standard' }: GatewayApiOptions = {}): readonly string[] {
  const folder = join(cacheFolder(), `gateway-api-${version}`);
  if (!existsSync(folder)) download(version, folder);
  return readdirSync(join(folder, channel))
    .sort()
    .map((name) => join(folder, channel, name));
}

/** Installs the definitions, and waits until the API server serves them. */
export async function installGatewayApi(testbed: Testbed, options: GatewayApiOptions = {}): Promise<void> {
  const files = gatewayApiFiles(options);
  const named = files.flatMap((file) => ['-f', file]);
  await testbed.kubectl(['apply', '--server-side', ...named], { timeoutMs: APPLY_TIMEOUT_MS });
  const definitions = files.filter((file) => !file.includes('_vap_')).flatMap((file) => ['-f', file]);
  await testbed.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...definitions], { timeoutMs: APPLY_TIMEOUT_MS });
}

function download(version: string, folder: string): void {
  const sources = join(moduleCache(), `${MODULE}@v${version}`, 'config/crd');
  // It also complains about releases for a newer Go, which it has unpacked by then all the same; no Go code of theirs is built here.
  const { error, stdout, stderr } = go('mod', 'download', '-json', `${MODULE}@v${version}`);
  if (!existsSync(sources)) throw new Error(`${MODULE} v${version} is not to be had: ${error?.message ?? (stdout + stderr).trim()}`);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'download-'));
  try {
    for (const channel of CHANNELS) copyDefinitions(join(sources, channel), join(work, channel));
    moveUnlessThere(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Not as they are: Go's files are read-only, folders included. */
function copyDefinitions(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter(isDefinition)) writeFileSync(join(to, name), readFileSync(join(from, name)));
}

function isDefinition(name: string): boolean {
  return name.endsWith('.yaml') && name !== 'kustomization.yaml';
}

/** Another process may have been quicker with the same files. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

function moduleCache(): string {
  const { status, error, stdout, stderr } = go('env', 'GOMODCACHE');
  if (status !== 0) throw new Error(`definitions of the Gateway API come as a Go module, and Go does not run: ${error?.message ?? stderr}`);
  return stdout.trim();
}

function go(...args: readonly string[]) {
  return spawnSync('go', args, { encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' } });
}
