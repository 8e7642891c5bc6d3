import { spawn } from 'node:child_process';

/** How to run a command. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads; default nothing. */
  readonly input?: string;
  /** When it is killed, in milliseconds. Default 60000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a command said. */
export interface CommandResult {
  /** 128 plus the signal's number is not told apart here: `null` where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** How much of what a failed command said goes into the error. */
const SHOWN_CHARACTERS = 2000;

/**
 * Runs a command to its end and collects what it says, whatever its exit code.
 * @throws Error when it cannot be started, takes too long or is aborted; it is killed then.
 */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, input } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    killSignal: 'SIGKILL',
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', (cause) => {
    const why = limit.aborted ? `took longer than ${timeoutMs} ms` : signal?.aborted === true ? 'interrupted' : cause.message;
    reject(new Error(`${command} ${args[0] ?? ''}: ${why}`, { cause }));
  });
  child.on('close', resolve);
  // A command that ends without reading its input is judged by its exit code.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const code = await promise;
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/**
 * Runs a command that has to succeed. @returns what it wrote to standard output.
 * @throws Error with the end of what it said for any exit code but 0.
 */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout}${stderr}`.trimEnd().slice(-SHOWN_CHARACTERS);
  throw new Error(`${command} ${args.join(' ').slice(0, 200)} ended with ${code ?? 'a signal'}:\n${said}`);
}
