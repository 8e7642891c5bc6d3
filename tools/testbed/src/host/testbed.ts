import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ComponentName } from '../configuration/components.ts';
import type { Layout } from '../configuration/layout.ts';
import { NETWORK, NODE_NAME } from '../configuration/network.ts';
import { INSIDE_SERVER } from '../configuration/plan.ts';
import { programPath } from '../parts/build.ts';
import { mustRun, runCommand, type CommandOptions, type CommandResult } from '../run-command.ts';
import type { TestbedStatus } from '../supervisor/control-server.ts';
import { controlComponent, dial, fetchStatus } from './control-client.ts';
import { insideCommand, insideEnvironment, processIdOf, spawnInside } from './enter.ts';
import { removeTestbed } from './sweep.ts';

/** What a client needs to talk to the API server as an administrator. */
export interface ApiAccess {
  /** For programs outside, on the loopback interface. */
  readonly server: string;
  /** For programs inside. */
  readonly insideServer: string;
  /** PEM: authority, client certificate, its key. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A running cluster. */
export interface Testbed {
  readonly name: string;
  /** Its files: logs and configuration. */
  readonly folder: string;
  /** Kubeconfig for programs outside. */
  readonly kubeconfig: string;
  /** Kubeconfig for programs inside, which {@link spawn} and {@link run} set as KUBECONFIG. */
  readonly insideKubeconfig: string;
  readonly api: ApiAccess;
  /** Address ranges, the node's address and the like; the same in every testbed. */
  readonly network: typeof NETWORK;
  readonly nodeName: string;
  /** How long it took until ready, in milliseconds; `null` where that is not known. */
  readonly readyAfterMs: number | null;
  status(): Promise<TestbedStatus>;
  /** Runs kubectl. @returns what it printed. @throws Error with what it said when it fails. */
  kubectl(args: readonly string[], options?: CommandOptions): Promise<string>;
  /** Starts a command inside, where pods, Services and load balancers can be reached by address and name. It ends with the testbed. */
  spawn(command: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a command inside to its end. */
  run(command: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** A connection from this process to an address or name inside. */
  dial(host: string, port: number): Promise<Duplex>;
  /** Loads the images of a tar. @returns their names. */
  loadImage(file: string): Promise<readonly string[]>;
  /** Stops a component until it is started again: an outage. */
  stopComponent(name: ComponentName): Promise<void>;
  startComponent(name: ComponentName): Promise<void>;
  restartComponent(name: ComponentName): Promise<void>;
  /** SIGKILL; the component is started again half a second later. */
  killComponent(name: ComponentName): Promise<void>;
  /** The path of a component's log, or of the supervisor's. */
  logFile(name: ComponentName | 'supervisor'): string;
  /** Ends it and removes everything there is of it. Can be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A handle of a testbed that runs. */
export function openTestbed(layout: Layout, status: TestbedStatus): Testbed {
  const stop = (): Promise<void> => removeTestbed(layout);
  return {
    name: layout.name,
    folder: layout.folder,
    kubeconfig: layout.kubeconfig,
    insideKubeconfig: layout.insideKubeconfig,
    api: apiAccess(layout),
    network: NETWORK,
    nodeName: NODE_NAME,
    readyAfterMs: status.readyAfterMs,
    status: () => fetchStatus(layout.control),
    kubectl: (args, options = {}) =>
      mustRun(programPath('kubectl'), args, { ...options, env: { ...(options.env ?? process.env), KUBECONFIG: layout.kubeconfig } }),
    spawn: (command, options) => spawnInside(layout, command, options),
    run: (command, options = {}) => runInside(layout, command, options),
    dial: (host, port) => dial(layout.control, host, port),
    loadImage: (file) => loadImage(layout, file),
    stopComponent: (name) => controlComponent(layout.control, name, 'stop'),
    startComponent: (name) => controlComponent(layout.control, name, 'start'),
    restartComponent: (name) => controlComponent(layout.control, name, 'restart'),
    killComponent: (name) => controlComponent(layout.control, name, 'kill'),
    logFile: (name) => join(layout.logs, `${name}.log`),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function apiAccess(layout: Layout): ApiAccess {
  const config = JSON.parse(readFileSync(layout.kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
  };
  const text = (data: string): string => Buffer.from(data, 'base64').toString();
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  return {
    server: cluster.server,
    insideServer: INSIDE_SERVER,
    authority: text(cluster['certificate-authority-data']),
    certificate: text(user['client-certificate-data']),
    key: text(user['client-key-data']),
  };
}

async function runInside(layout: Layout, command: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const inside = insideCommand(processIdOf(layout), options.cwd ?? process.cwd(), command);
  const { cwd: _inside, ...rest } = options;
  return runCommand(inside.command, inside.args, { ...rest, env: insideEnvironment(layout, options.env) });
}

/** Through standard input: the file may be where the testbed has mounts of its own. */
async function loadImage(layout: Layout, file: string): Promise<readonly string[]> {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const ctr = ['ctr', '--address', layout.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', '-'];
  const child = spawnInside(layout, ctr, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  // A refusal shows in the exit code; the broken pipe of the rest of the file does not matter.
  const sent = pipeline(createReadStream(file), child.stdin as NonNullable<ChildProcess['stdin']>).catch(() => {});
  const code = await promise;
  await sent;
  const text = Buffer.concat(said).toString();
  if (code !== 0) throw new Error(`${file} cannot be loaded: ${text.trim()}`);
  return [...text.matchAll(/^unpacking (\S+)/gm)].map((match) => match[1] as string);
}
