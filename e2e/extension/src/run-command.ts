import { spawn } from 'node:child_process';

/** Result of a command that succeeded. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Rejects with everything it printed when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<CommandOutput> {
  const child = spawn(command, args, { cwd: options.cwd, env: outsideEnvironment(options.env), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  return { stdout, stderr };
}

/** The environment without what npm and Nx set for this run: outside, there is no workspace and no source condition. */
export function outsideEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_(?!config_(?:registry|cache))|NX_|VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|INIT_CWD$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}
