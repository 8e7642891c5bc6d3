import { mkdir, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE_ACCOUNT_FOLDER } from '@gibbon/k8s-client';
import type { DriverSettings } from '../driver-settings.ts';
import { UPSTREAM_PORTS } from './objects.ts';

/** Ports of the proxy and of the controller's metrics, in the testbed's own network. */
export const PORTS = { proxy: 8000, admin: 8001, status: 8100, metrics: 10_255 } as const;
/** ServiceAccount as which the controller runs. */
export const CONTROLLER_ACCOUNT = 'controller';

const GRACE_MS = 10_000;

/** A program of ours that runs. */
export interface Program {
  readonly pid: number;
  /** SIGTERM, and SIGKILL when that has no effect in time. */
  stop(): Promise<void>;
  /** Throws what it ended with, when it has. */
  assertRunning(): void;
}

/** Starts what is measured, as it runs in containers. Everything ends with the testbed at the latest. */
export class Programs {
  readonly #settings: DriverSettings;
  readonly #running = new Set<Program>();

  constructor(settings: DriverSettings) {
    this.#settings = settings;
  }

  /** Gives the controller what the kubelet gives a Pod: without a kubeconfig it does not load a library for these. */
  async mountServiceAccount(token: string, namespace: string): Promise<void> {
    await mkdir(SERVICE_ACCOUNT_FOLDER, { recursive: true });
    await writeFile(join(SERVICE_ACCOUNT_FOLDER, 'token'), token);
    await writeFile(join(SERVICE_ACCOUNT_FOLDER, 'namespace'), namespace);
    await writeFile(join(SERVICE_ACCOUNT_FOLDER, 'ca.crt'), this.#settings.api.authority);
  }

  startProxy(): Program {
    const { programs, options } = this.#settings;
    const settings = [
      ['proxy-listen', `0.0.0.0:${PORTS.proxy}`],
      ['admin-listen', `127.0.0.1:${PORTS.admin}`],
      ['status-listen', `127.0.0.1:${PORTS.status}`],
      ['workers', String(options.workers)],
    ];
    return this.#start('proxy', [programs.proxy, 'proxy', ...flags(settings)], {});
  }

  startController(): Program {
    const { hostname, port } = new URL(this.#settings.api.server);
    const settings = [['publish', `http://127.0.0.1:${PORTS.admin}`], ['kubernetes'], ['target', 'gibbon']];
    return this.#start('controller', [this.#settings.programs.controller, 'controller', ...flags(settings)], {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      POD_NAME: 'bench',
    });
  }

  /** The server behind all addresses. */
  startUpstream(): Program {
    const file = join(import.meta.dirname, 'upstream.ts');
    return this.#start('upstream', ['--conditions=@gibbon/source', file, ...UPSTREAM_PORTS.map(String)], {}, false);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((program) => program.stop()));
  }

  #start(name: string, args: readonly string[], env: NodeJS.ProcessEnv, profiled = true): Program {
    const { profile } = this.#settings.options;
    const profiling =
      profile === null || !profiled ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profile, name)}`, '--cpu-prof-interval=500'];
    const child = spawn(process.execPath, [...profiling, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.#settings.folder, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const program = runningProgram(name, child);
    this.#running.add(program);
    child.once('close', () => {
      this.#running.delete(program);
      log.end();
    });
    return program;
  }
}

function runningProgram(name: string, child: ChildProcess): Program {
  const ended = once(child, 'exit');
  let stopping = false;
  const lives = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid as number,
    stop: async () => {
      stopping = true;
      if (!lives()) return;
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(GRACE_MS)]);
      if (!lives()) return;
      child.kill('SIGKILL');
      await ended;
    },
    assertRunning: () => {
      if (!stopping && !lives()) throw new Error(`the ${name} has ended with ${child.exitCode ?? child.signalCode}`);
    },
  };
}

function flags(settings: readonly (readonly string[])[]): readonly string[] {
  return settings.flatMap(([flag, ...values]) => [`--${flag}`, ...values]);
}
