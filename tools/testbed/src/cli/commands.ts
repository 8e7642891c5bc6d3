import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { COMPONENT_NAMES, type ComponentName } from '../configuration/components.ts';
import { layoutOf } from '../configuration/layout.ts';
import { stateFolder } from '../folders.ts';
import { connectTestbed, runningLayout } from '../host/connect.ts';
import { dial, fetchStatus } from '../host/control-client.ts';
import { insideCommand, insideEnvironment, processIdOf, spawnInside } from '../host/enter.ts';
import { ensureParts, startTestbed, whyNoTestbed } from '../host/start-testbed.ts';
import { isRunning, knownTestbeds, removeTestbed } from '../host/sweep.ts';
import { ensureBaseImages } from '../images/base-images.ts';
import { programPath } from '../parts/build.ts';
import { join as joinSockets } from '../supervisor/forward.ts';
import type { Command } from './arguments.ts';
import { residentBytes } from './resident.ts';

/** Where a command line's output goes and what it is relative to. */
export interface Terminal {
  /** One line of result. */
  readonly print: (line: string) => void;
  /** One line of progress. */
  readonly progress: (line: string) => void;
  /** The user's working directory. */
  readonly folder: string;
  /** Aborted when the user interrupts. */
  readonly interrupted: AbortSignal;
}

type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** `build`: installs and builds, starts nothing. */
export async function build(terminal: Terminal): Promise<number> {
  await ensureParts({ log: terminal.progress, signal: terminal.interrupted });
  await ensureBaseImages();
  terminal.print('Everything is built.');
  return 0;
}

/** Exit code of `check` where there can be no testbed. */
const EXIT_IMPOSSIBLE = 3;

/** `check`: whether a testbed can run here, once it is built. */
export async function check({ print }: Terminal): Promise<number> {
  const problem = await whyNoTestbed({ build: true });
  print(problem ?? 'A testbed can run here.');
  return problem === null ? 0 : EXIT_IMPOSSIBLE;
}

/** `up`. */
export async function up(command: CommandOf<'up'>, { print, progress, folder, interrupted }: Terminal): Promise<number> {
  const layout = layoutOf(command.name, stateFolder());
  if (await isRunning(layout)) {
    print(`Testbed ${command.name} is running; its kubeconfig is ${layout.kubeconfig}`);
    return 0;
  }
  await ensureParts({ log: progress, signal: interrupted });
  const startedAt = performance.now();
  const images = command.images.map((file) => resolve(folder, file));
  const testbed = await startTestbed({
    name: command.name,
    images,
    apiPort: command.apiPort,
    detached: true,
    log: progress,
    signal: interrupted,
  });
  const named = command.name === 'default' ? '' : `--name ${command.name} `;
  print(`Kubernetes is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${testbed.api.server}

  npm run testbed -- ${named}kubectl get pods -A
  npm run testbed -- ${named}shell                  a shell that reaches pods, Services and load balancers
  npm run testbed -- ${named}down

or with tools of your own: export KUBECONFIG=${testbed.kubeconfig}`);
  return 0;
}

/** `down`: also what is left of one whose processes are gone. */
export async function down(command: CommandOf<'down'>, { print }: Terminal): Promise<number> {
  const meant = command.all ? knownTestbeds() : [layoutOf(command.name, stateFolder())];
  for (const layout of meant) {
    const existed = existsSync(layout.folder);
    await removeTestbed(layout);
    print(existed ? `Testbed ${layout.name} is gone.` : `There is no testbed ${layout.name}.`);
  }
  return 0;
}

/** `list`: names and whether each runs. */
export async function list({ print }: Terminal): Promise<number> {
  for (const layout of knownTestbeds()) print(`${layout.name.padEnd(24)} ${(await isRunning(layout)) ? 'running' : 'ended'}`);
  return 0;
}

/** `status`: exit code 0 when ready. */
export async function status({ name }: CommandOf<'status' | 'shell'>, { print }: Terminal): Promise<number> {
  const layout = layoutOf(name, stateFolder());
  if (!(await isRunning(layout))) {
    print(`Testbed ${name} does not run.`);
    return 1;
  }
  const found = await fetchStatus(layout.control);
  const memory = residentBytes(processIdOf(layout));
  print(
    `${name}: ${found.phase}${found.readyAfterMs === null ? '' : ` after ${found.readyAfterMs} ms`}${found.problem === null ? '' : `: ${found.problem}`}`,
  );
  print(`kubeconfig: ${layout.kubeconfig}`);
  print('');
  for (const one of found.components) {
    const restarts = one.restarts === 0 ? '' : `, ${one.restarts} restarts`;
    print(`${one.name.padEnd(26)} ${one.state}${restarts}`);
  }
  print('');
  for (const [program, { bytes, count }] of memory)
    print(`${program.padEnd(26)} ${String(Math.round(bytes / 2 ** 20)).padStart(5)} MiB${count > 1 ? ` in ${count}` : ''}`);
  for (const [step, afterMs] of found.steps) print(`${String(afterMs).padStart(6)} ms  ${step}`);
  return found.phase === 'ready' ? 0 : 1;
}

/** `kubectl`: from outside, with the user's files and terminal. */
export async function kubectl(command: CommandOf<'kubectl'>, terminal: Terminal): Promise<number> {
  const { kubeconfig } = await runningLayout(command.name);
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return exitCode(spawn(programPath('kubectl'), command.args, { stdio: 'inherit', env, cwd: terminal.folder }), terminal.interrupted);
}

/** `exec`: a command inside. */
export async function exec(command: CommandOf<'exec'>, terminal: Terminal): Promise<number> {
  const layout = await runningLayout(command.name);
  return exitCode(spawnInside(layout, command.command, { stdio: 'inherit', cwd: terminal.folder }), terminal.interrupted);
}

/** `shell`: a shell inside, with a terminal of its own where there is one: this process may not be in the terminal's session. */
export async function shell({ name }: CommandOf<'status' | 'shell'>, terminal: Terminal): Promise<number> {
  const layout = await runningLayout(name);
  const command = [process.env['SHELL'] ?? '/bin/sh'];
  if (!process.stdin.isTTY) return exitCode(spawnInside(layout, command, { stdio: 'inherit', cwd: terminal.folder }), terminal.interrupted);
  const inside = insideCommand(processIdOf(layout), terminal.folder, command);
  const line = [inside.command, ...inside.args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return exitCode(
    spawn('script', ['--quiet', '--return', '--command', `exec ${line}`, '/dev/null'], {
      stdio: 'inherit',
      env: insideEnvironment(layout),
    }),
    terminal.interrupted,
  );
}

/** `load-image`. */
export async function loadImage(command: CommandOf<'load-image'>, { print, folder }: Terminal): Promise<number> {
  const testbed = await connectTestbed(command.name);
  for (const file of command.files) for (const image of await testbed.loadImage(resolve(folder, file))) print(image);
  return 0;
}

/** `logs`: of a component, or the names of those that have one. */
export async function logs(command: CommandOf<'logs'>, terminal: Terminal): Promise<number> {
  const layout = layoutOf(command.name, stateFolder());
  if (!existsSync(layout.logs)) throw new Error(`there is no testbed ${command.name}`);
  const names = readdirSync(layout.logs).map((file) => file.replace(/\.log$/, ''));
  if (command.component === null) {
    for (const name of names) terminal.print(name);
    return 0;
  }
  if (!names.includes(command.component)) throw new Error(`no log of '${command.component}', there are: ${names.join(', ')}`);
  const file = join(layout.logs, `${command.component}.log`);
  return exitCode(
    spawn('tail', ['-n', '+1', ...(command.follow ? ['-F'] : []), file], { stdio: ['ignore', 'inherit', 'inherit'] }),
    terminal.interrupted,
  );
}

/** `stop`, `start` and `restart`. */
export async function changeComponent(command: CommandOf<'component'>, { print }: Terminal): Promise<number> {
  const name = COMPONENT_NAMES.find((one) => one === command.component);
  if (name === undefined) throw new Error(`no component '${command.component}', there are: ${COMPONENT_NAMES.join(', ')}`);
  const testbed = await connectTestbed(command.name);
  const actions: Readonly<Record<typeof command.action, (component: ComponentName) => Promise<void>>> = {
    stop: testbed.stopComponent,
    start: testbed.startComponent,
    restart: testbed.restartComponent,
  };
  await actions[command.action](name);
  print(`${name}: ${command.action} done`);
  return 0;
}

/** `forward`: a port of the loopback interface to an address inside, until interrupted. */
export async function forward(command: CommandOf<'forward'>, { print, progress, interrupted }: Terminal): Promise<number> {
  const { control } = await runningLayout(command.name);
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => client.destroy());
    dial(control, command.host, command.port).then(
      (target) => joinSockets(client, target as Parameters<typeof joinSockets>[1]),
      (error: Error) => {
        progress(error.message);
        client.destroy();
      },
    );
  });
  const { promise, resolve: ended, reject } = Promise.withResolvers<void>();
  server.on('error', reject);
  server.listen(command.localPort, '127.0.0.1', () => {
    const { port } = server.address() as { port: number };
    print(`127.0.0.1:${port} is ${command.host}:${command.port} of testbed ${command.name}; Ctrl-C ends it`);
  });
  interrupted.addEventListener('abort', () => ended());
  await promise;
  server.close();
  return 0;
}

async function exitCode(child: ChildProcess, interrupted: AbortSignal): Promise<number> {
  const { promise, resolve: ended, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('exit', (code, signal) => ended(code ?? 128 + constants.signals[signal as NodeJS.Signals]));
  interrupted.addEventListener('abort', () => child.kill('SIGINT'));
  return promise;
}
