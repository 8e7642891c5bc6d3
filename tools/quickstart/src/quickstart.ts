import { parseArgs } from 'node:util';
import { controllerOptionsOf, logSettingsOf, proxyOptionsOf, resolveSettings, runUntilSignal, settingsOf } from '@gibbon/cli';
import { codeOf } from '@gibbon/contracts/errors';
import { startGateway, type RunningGateway } from '@gibbon/gateway';
import { createLogger } from '@gibbon/logging';
import { startBackend, stopBackends, type DemoBackend } from './backends.ts';
import { guide } from './guide.ts';
import { writeTlsSecret } from './tls-secret.ts';

/** What the quick start works with. */
export interface QuickStart {
  /** Folder of manifests. */
  readonly manifests: string;
  /** How to call the folder where it is shown. */
  readonly shownFolder: string;
  /** Flags of `gibbon gateway` that win over the quick start's own. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Ports of the demo backends, as the EndpointSlices of the example name them. */
const BACKENDS: readonly (readonly [string, number])[] = [
  ['echo-1', 9101],
  ['echo-2', 9102],
];

/** A demonstration stays on this machine. */
const DEFAULTS = ['--proxy-listen=127.0.0.1:8000, 127.0.0.1:8443 ssl'];

/** Starts backends and a gateway, prints what to try, and runs until a signal. @returns the exit code. */
export async function runQuickStart({ manifests, shownFolder, arguments: args, environment }: QuickStart): Promise<number> {
  const resolved = resolveSettings('gateway', flagsOf([...DEFAULTS, `--manifests=${manifests}`, ...args]), environment);
  if (!resolved.ok) return fail(resolved.problems.join('\n'), 2);
  const logSettings = logSettingsOf(resolved.values);
  const { log, flush } = createLogger(logSettings);
  const backends: DemoBackend[] = [];
  let gateway: RunningGateway | null = null;
  try {
    for (const [name, port] of BACKENDS) backends.push(await startBackend(name, port));
    await writeTlsSecret(manifests, 'secure.localhost');
    gateway = await startGateway({ proxy: proxyOptionsOf(resolved.values), controller: controllerOptionsOf(resolved.values) }, log);
    flush();
    process.stdout.write(guide(addressesOf(gateway), shownFolder, logSettings.colour));
    return await runUntilSignal(gateway);
  } catch (error) {
    if (codeOf(error)?.startsWith('GW_') !== true && backends.length === BACKENDS.length) throw error;
    return fail((error as Error).message, 1);
  } finally {
    await stopBackends(backends);
    flush();
  }
}

function flagsOf(args: readonly string[]): Record<string, string | string[] | boolean> {
  const options = Object.fromEntries(
    settingsOf('gateway').map(({ flag, type }) => [
      flag,
      { type: type === 'switch' ? 'boolean' : 'string', multiple: type === 'list' } as const,
    ]),
  );
  return parseArgs({ args: [...args], options, strict: true }).values as Record<string, string | string[] | boolean>;
}

function addressesOf({ addresses }: RunningGateway) {
  const port = (ssl: boolean): number => addresses.proxy.find((address) => address.ssl === ssl)?.port ?? 0;
  return { http: port(false), https: port(true), admin: addresses.admin[0]?.port ?? null, status: addresses.status[0]?.port ?? null };
}

function fail(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}
