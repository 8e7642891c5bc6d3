import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line of the gateway's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** Ports by listener: `proxy`, `proxy ssl`, `admin`, `status`. */
export type Ports = Readonly<Record<string, number>>;

const CLI = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));
/** Any free port on loopback for every listener. */
const FREE_PORTS = ['--proxy-listen', '127.0.0.1:0, 127.0.0.1:0 ssl', '--admin-listen', '127.0.0.1:0', '--status-listen', '127.0.0.1:0'];

/** A `gibbon` process under test: its log as data, its ports, its end. */
export class GatewayProcess {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Set<(line: LogLine | null) => void>();
  #stdout = '';
  #stderrText = '';
  /** Resolves with the exit code, or with the signal's name. */
  readonly exited: Promise<number | string>;

  private constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--conditions=@gibbon/source', CLI, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(),
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    if (this.#child.stderr !== null) createInterface({ input: this.#child.stderr }).on('line', (line) => this.#onLine(line));
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        for (const wake of this.#waiting) wake(null);
        resolve(code ?? String(signal));
      });
    });
  }

  /** Runs a command to its end. */
  static async run(args: readonly string[]): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }> {
    const running = new GatewayProcess(args);
    const code = await running.exited;
    return { code, stdout: running.#stdout, stderr: running.#stderrText };
  }

  /** Starts a command that serves, on free ports, and waits until it is ready. */
  static serve(command: 'gateway' | 'proxy', args: readonly string[]): Promise<GatewayProcess> {
    return GatewayProcess.#ready([command, ...FREE_PORTS, '--log-level', 'info', ...args]);
  }

  /** Starts a command with just these settings, and waits until it serves, or waits to be configured. */
  static start(args: readonly string[]): Promise<GatewayProcess> {
    return GatewayProcess.#ready(args);
  }

  /** Starts a proxy again on the ports that another had. */
  static serveOn(ports: Ports, args: readonly string[]): Promise<GatewayProcess> {
    const at = (listener: string): string => `127.0.0.1:${ports[listener] ?? 0}`;
    const listen = [
      '--proxy-listen',
      `${at('proxy')}, ${at('proxy ssl')} ssl`,
      '--admin-listen',
      at('admin'),
      '--status-listen',
      at('status'),
    ];
    return GatewayProcess.#ready(['proxy', ...listen, '--log-level', 'info', ...args]);
  }

  /** Starts a controller, and waits until it has published or said why it could not. */
  static control(args: readonly string[]): Promise<GatewayProcess> {
    return GatewayProcess.#ready(['controller', '--log-level', 'debug', ...args]);
  }

  static async #ready(args: readonly string[]): Promise<GatewayProcess> {
    const running = new GatewayProcess([...args, '--log-format', 'json']);
    // A proxy that nobody has configured yet opens no port for clients.
    await running.logged(({ msg }) => msg === 'ready' || msg === 'waiting for a configuration');
    return running;
  }

  /** Actual ports, as logged. */
  get ports(): Ports {
    return Object.fromEntries(
      this.lines.filter(({ msg }) => msg === 'listening').map((line) => [String(line['listener']), Number(line['port'])]),
    );
  }

  /** The port of a listener, once it is open. */
  async port(listener: string): Promise<number> {
    return Number((await this.logged((line) => line.msg === 'listening' && line['listener'] === listener))['port']);
  }

  /** The first line, from the past or to come, for which `matches` holds. Rejects when the process ends first. */
  logged(matches: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    const found = this.lines.slice(from).find(matches);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const wake = (line: LogLine | null): void => {
        if (line !== null && !matches(line)) return;
        this.#waiting.delete(wake);
        if (line === null) reject(new Error(`the process ended; it had said:\n${this.#stderrText}`));
        else resolve(line);
      };
      this.#waiting.add(wake);
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends the process in order; resolves with its exit code. */
  stop(): Promise<number | string> {
    this.signal('SIGTERM');
    return this.exited;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  #onLine(text: string): void {
    this.#stderrText += `${text}\n`;
    let line: LogLine;
    try {
      line = JSON.parse(text) as LogLine;
    } catch {
      return;
    }
    this.lines.push(line);
    for (const wake of this.#waiting) wake(line);
  }
}

const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url));

/** Settings of the developer's shell must not reach the process under test. Compiled code is kept: many processes start. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:GIBBON|KONG|CONTROLLER|VITEST)_|^NODE_OPTIONS$/.test(name));
  return { NODE_COMPILE_CACHE: COMPILE_CACHE, ...Object.fromEntries(kept) };
}
