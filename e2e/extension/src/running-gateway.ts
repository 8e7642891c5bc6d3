import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@gibbon/testing-fixtures';
import { outsideEnvironment } from './run-command.ts';

/** A gateway that was installed, running as its user would run it. */
export class RunningGateway {
  readonly proxyPort: number;
  readonly adminPort: number;
  readonly statusPort: number;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(child: ChildProcess, ports: readonly [number, number, number]) {
    this.#child = child;
    [this.proxyPort, this.adminPort, this.statusPort] = ports;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#output += String(chunk)));
  }

  /** Starts `gibbon gateway` of `folder` and waits until it serves. Rejects with its output when it ends or takes more than 20 s. */
  static async start(folder: string, args: readonly string[]): Promise<RunningGateway> {
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const listen = ['proxy', 'admin', 'status'].flatMap((name, index) => [`--${name}-listen`, `127.0.0.1:${ports[index]}`]);
    const command = ['node_modules/@gibbon/cli/bin/gibbon.js', 'gateway', ...listen, '--workers', '1', ...args];
    const child = spawn(process.execPath, command, { cwd: folder, env: outsideEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const gateway = new RunningGateway(child, ports);
    await gateway.#ready();
    return gateway;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Ends it as Ctrl-C does. @returns the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGINT');
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    return code;
  }

  async #ready(): Promise<void> {
    const end = performance.now() + 20_000;
    while (performance.now() < end && this.#child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${this.statusPort}/status/ready`).catch(() => null);
      if (answer?.status === 200) return;
      await delay(50);
    }
    this.#child.kill('SIGKILL');
    throw new Error(`the gateway did not become ready:\n${this.#output}`);
  }
}
