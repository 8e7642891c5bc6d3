import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Testbed } from '@gibbon/testbed';
import { cacheFolder } from './cache-folder.ts';

/** Helm for one testbed, with files of its own: the user's repositories and plugins have no part in it. */
export function helmEnvironment(testbed: Testbed): NodeJS.ProcessEnv {
  const home = join(cacheFolder(), 'helm');
  mkdirSync(home, { recursive: true });
  return { ...process.env, KUBECONFIG: testbed.kubeconfig, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
}

/** How Helm is run. */
export interface HelmOptions {
  /** What it reads. */
  readonly input?: string;
  readonly timeoutMs: number;
}

/** Runs Helm to its end. @returns what it printed. @throws Error with what it said when it fails or takes too long. */
export async function runHelm(program: string, args: readonly string[], env: NodeJS.ProcessEnv, options: HelmOptions): Promise<string> {
  const child = spawn(program, args, { env, stdio: 'pipe', timeout: options.timeoutMs, killSignal: 'SIGKILL' });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  // Helm that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${complained.trim()}`);
  return said;
}
