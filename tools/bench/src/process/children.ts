import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of ours that runs. */
export interface RunningChild {
  readonly pid: number;
  /** SIGTERM, and SIGKILL when that has no effect in time. Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** What to start. */
export interface ChildOptions {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const GRACE_MS = 5000;
const KEPT_OUTPUT = 4000;

/** Every process that a benchmark starts, so that none outlives it. All are ended by their own process id. */
export class Children {
  readonly #running = new Set<RunningChild>();

  /** Starts a process and waits until `ready` resolves to true; asks it again and again. Rejects with the output when the process ends before, or after `timeoutMs`. */
  async start({ command, cwd, env }: ChildOptions, ready: () => Promise<boolean>, timeoutMs = 20_000): Promise<RunningChild> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text: Buffer): void => {
      output = (output + text.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
    await Promise.race([once(child, 'spawn'), failed]);
    failed.catch(() => undefined);
    const running = this.#track(child);
    const endMs = performance.now() + timeoutMs;
    while (!(await ready())) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() > endMs) {
        await running.stop();
        throw new Error(`${ended ? 'it ended' : `it did not answer within ${timeoutMs} ms`}, having said: ${lastLine(output)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return running;
  }

  /** Runs a process to its end, at most `timeoutMs`. @returns its standard output. Rejects when it fails. */
  async run(command: readonly string[], timeoutMs: number): Promise<string> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: string[] = [];
    child.stdout.on('data', (text: Buffer) => parts.push(text.toString()));
    child.stderr.on('data', (text: Buffer) => parts.push(text.toString()));
    const running = this.#track(child);
    const timer = setTimeout(() => void running.stop(), timeoutMs);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    const output = parts.join('');
    if (code !== 0) throw new Error(`${command.join(' ')} failed: ${lastLine(output)}`);
    return output;
  }

  /** Ends everything that still runs. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((child) => child.stop()));
  }

  #track(child: ChildProcess): RunningChild {
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(killer);
    };
    const running: RunningChild = { pid: child.pid as number, stop };
    this.#running.add(running);
    void exited.then(() => this.#running.delete(running));
    return running;
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) || 'nothing';
}
