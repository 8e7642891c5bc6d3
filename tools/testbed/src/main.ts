import { parseArguments, type Command } from './cli/arguments.ts';
import {
  build,
  changeComponent,
  check,
  down,
  exec,
  forward,
  kubectl,
  list,
  loadImage,
  logs,
  shell,
  status,
  up,
  type Terminal,
} from './cli/commands.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const USAGE = `A real Kubernetes of one node on this machine, without Docker.

npm run testbed -- [--name NAME] COMMAND

  up [--image TAR]... [--api-port PORT]   starts one; builds what it needs the first time
  down [--all]                            ends it and removes everything there is of it
  status                                  how it is, and what its programs take
  list                                    all of them
  kubectl ARGUMENT...
  shell                                   a shell inside: reaches pods, Services, load balancers
  exec -- COMMAND [ARGUMENT...]           a command inside
  forward PORT ADDRESS:PORT               a port of 127.0.0.1 for an address inside
  load-image TAR...                       images that are never pulled
  logs [COMPONENT] [--follow]
  stop | start | restart COMPONENT        outages
  build                                   builds what is needed, starts nothing
  check                                   says whether this machine can run one; exit code 3 when not`;

/**
 * The testbed's command line.
 * @param args without node and file. @returns the exit code: that of the command where one is run, 1 for a failure, 2 for a wrong command line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const command = parseArguments(args);
  if ('problem' in command) {
    process.stderr.write(`${command.problem}\n\n${USAGE}\n`);
    return EXIT_USAGE;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const terminal: Terminal = {
    print: (line) => process.stdout.write(`${line}\n`),
    progress: (line) => process.stderr.write(`${line}\n`),
    // npm run changes the working directory to the workspace; INIT_CWD is where the user is.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    interrupted: interrupted.signal,
  };
  try {
    return await run(command, terminal);
  } catch (error) {
    process.stderr.write(`${describe(error as Error)}\n`);
    return EXIT_FAILED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function run(command: Command, terminal: Terminal): Promise<number> {
  switch (command.kind) {
    case 'help':
      terminal.print(USAGE);
      return 0;
    case 'build':
      return build(terminal);
    case 'check':
      return check(terminal);
    case 'list':
      return list(terminal);
    case 'up':
      return up(command, terminal);
    case 'down':
      return down(command, terminal);
    case 'status':
      return status(command, terminal);
    case 'shell':
      return shell(command, terminal);
    case 'kubectl':
      return kubectl(command, terminal);
    case 'exec':
      return exec(command, terminal);
    case 'load-image':
      return loadImage(command, terminal);
    case 'logs':
      return logs(command, terminal);
    case 'component':
      return changeComponent(command, terminal);
    case 'forward':
      return forward(command, terminal);
  }
}

function describe(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message}\n${cause.message}` : error.message;
}

if (import.meta.main) {
  // `status | head` closes the pipe early.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await main(process.argv.slice(2));
}
