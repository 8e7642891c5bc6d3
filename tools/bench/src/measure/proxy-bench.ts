import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../process/find-program.ts';
import { freePort } from '../process/free-port.ts';
import { answers } from '../process/http-ready.ts';
import { Children, type RunningChild } from '../process/children.ts';
import { choosePinning, type Pinning } from '../process/pinning.ts';
import type { Subject, SubjectCommand, SubjectContext } from '../subjects/subject.ts';
import { cpuTimeOf, residentBytesOf } from './process-usage.ts';
import { sampleOf, type Sample } from './sample.ts';
import { parseWrk, wrkCommand, type LoadResult } from './wrk.ts';

const PROXY_CORE = 0;
const LOAD_CORE = 1;

/** Settings of a measurement. */
export interface ProxyBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

interface Started {
  readonly subject: Subject;
  readonly port: number;
  readonly child: RunningChild;
}

/** Runs proxies side by side and loads them in turn. Owns every process and file that it needs; `close` ends and removes them. */
export class ProxyBench {
  /** What is missing on this machine, one line each. */
  readonly missing: string[] = [];
  readonly #children = new Children();
  readonly #folder: string;
  readonly #pinning: Pinning = choosePinning();
  readonly #wrk: string;
  #upstreamPort = 0;

  /** Throws when wrk is missing: there is nothing to measure with. */
  constructor() {
    const wrk = findProgram('wrk');
    if (wrk === null) throw new Error('wrk is missing: apt-get install -y wrk');
    this.#wrk = wrk;
    this.#folder = mkdtempSync(join(tmpdir(), 'gibbon-bench-'));
    if (this.#pinning.missing !== null) this.missing.push(this.#pinning.missing);
  }

  /** Starts the upstream. Rejects when its program is missing. */
  async startUpstream(upstream: Subject): Promise<void> {
    const missing = upstream.missing();
    if (missing !== null) throw new Error(missing);
    const context = await this.#contextFor(upstream.name, 0);
    this.#upstreamPort = context.port;
    await this.#run(upstream.prepare(context), LOAD_CORE, context.port);
  }

  /** Starts what is there; notes what is not, or does not start, in `missing`. */
  async start(subjects: readonly Subject[]): Promise<readonly Started[]> {
    const started: Started[] = [];
    for (const subject of subjects) {
      const missing = subject.missing();
      if (missing !== null) {
        this.missing.push(missing);
        continue;
      }
      try {
        started.push(await this.#startOne(subject));
      } catch (error) {
        this.missing.push(`${subject.name} did not start: ${(error as Error).message}`);
      }
    }
    return started;
  }

  /**
   * Loads each in turn, again and again, after one second of warming up.
   * @param progress told after each sample.
   */
  async measure(
    started: readonly Started[],
    options: ProxyBenchOptions,
    progress: (line: string) => void,
  ): Promise<ReadonlyMap<string, readonly Sample[]>> {
    const samples = new Map<string, Sample[]>(started.map(({ subject }) => [subject.name, []]));
    for (const { port } of started) await this.#load(port, 1, options.connections);
    for (let round = 1; round <= options.rounds; round++) {
      for (const { subject, port, child } of started) {
        const before = cpuTimeOf(child.pid);
        const load = await this.#load(port, options.seconds, options.connections);
        const sample = sampleOf(before, cpuTimeOf(child.pid), load, residentBytesOf(child.pid));
        samples.get(subject.name)?.push(sample);
        progress(
          `round ${round}/${options.rounds} ${subject.name}: ${(sample.userUs + sample.systemUs).toFixed(1)} us, ${sample.requestsPerSecond.toFixed(0)} requests/s`,
        );
      }
    }
    return samples;
  }

  /** Runs one command under load for a while and stops it: for profiles. @param prepare gets the context of the subject. */
  async runOnce(name: string, prepare: (context: SubjectContext) => SubjectCommand, options: ProxyBenchOptions): Promise<void> {
    const context = await this.#contextFor(name, this.#upstreamPort);
    const child = await this.#run(prepare(context), PROXY_CORE, context.port);
    await this.#load(context.port, options.seconds, options.connections);
    await child.stop();
  }

  /** A folder of its own below the benchmark's. */
  folderFor(name: string): string {
    const folder = join(this.#folder, name.replaceAll(/\W+/g, '-'));
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  async close(): Promise<void> {
    await this.#children.stopAll();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #startOne(subject: Subject): Promise<Started> {
    const context = await this.#contextFor(subject.name, this.#upstreamPort);
    const child = await this.#run(subject.prepare(context), PROXY_CORE, context.port);
    return { subject, port: context.port, child };
  }

  async #contextFor(name: string, upstreamPort: number): Promise<SubjectContext> {
    return { port: await freePort(), upstreamPort, folder: this.folderFor(name) };
  }

  #run({ command, env }: SubjectCommand, core: 0 | 1, port: number): Promise<RunningChild> {
    return this.#children.start({ command: this.#pinning.on(core, command), ...(env === undefined ? {} : { env }) }, () => answers(port));
  }

  async #load(port: number, seconds: number, connections: number): Promise<LoadResult> {
    const command = this.#pinning.on(LOAD_CORE, wrkCommand(this.#wrk, port, seconds, connections));
    return parseWrk(await this.#children.run(command, (seconds + 10) * 1000));
  }
}
