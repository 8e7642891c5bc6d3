import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '../configuration/components.ts';

/** How a component is. */
export interface ComponentState {
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'failed';
  /** Process id inside the testbed; `null` when it does not run. */
  readonly processId: number | null;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
}

/** How patient a {@link ComponentProcess} is. */
export interface Patience {
  /** From an unexpected end to the next start. */
  readonly restartDelayMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
}

/** The API server waits for its clients to hang up, which they don't. */
const PATIENCE: Patience = { restartDelayMs: 500, stopTimeoutMs: 3000 };

/** After so many ends within a minute something is wrong that another start does not mend. */
const MOST_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;

/** One program of the cluster: started, started again when it ends by itself, stopped when told. */
export class ComponentProcess {
  readonly #component: Component;
  readonly #log: string;
  readonly #onFailure: (name: string) => void;
  readonly #patience: Patience;
  #child: ChildProcess | null = null;
  #wanted = false;
  #failed = false;
  #restarts: number[] = [];
  #restartCount = 0;

  /**
   * @param log file to which its output is appended.
   * @param onFailure called when it keeps ending and is given up.
   */
  constructor(component: Component, log: string, onFailure: (name: string) => void, patience = PATIENCE) {
    this.#component = component;
    this.#log = log;
    this.#onFailure = onFailure;
    this.#patience = patience;
  }

  get state(): ComponentState {
    const state = this.#failed ? 'failed' : this.#child === null ? 'stopped' : 'running';
    return { name: this.#component.name, state, processId: this.#child?.pid ?? null, restarts: this.#restartCount };
  }

  /** Starts it; nothing where it runs. */
  start(): void {
    this.#wanted = true;
    this.#failed = false;
    if (this.#child === null) this.#spawn();
  }

  /** Ends it with SIGTERM, after a few seconds with SIGKILL; it stays stopped. Nothing where it does not run. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), this.#patience.stopTimeoutMs);
    await ended;
    clearTimeout(limit);
  }

  /** As a crash would: SIGKILL; it is started again. Nothing where it does not run. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #spawn(): void {
    const output = openSync(this.#log, 'a');
    const { command, args } = this.#component;
    const child = spawn(command, args, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    let gone = false;
    const onGone = (): void => {
      if (gone) return;
      gone = true;
      this.#child = null;
      if (this.#wanted) void this.#startAgain();
    };
    child.on('error', onGone);
    child.on('close', onGone);
  }

  async #startAgain(): Promise<void> {
    const now = performance.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
    if (this.#restarts.length > MOST_RESTARTS) {
      this.#failed = true;
      this.#wanted = false;
      this.#onFailure(this.#component.name);
      return;
    }
    await sleep(this.#patience.restartDelayMs);
    if (!this.#wanted || this.#child !== null) return;
    this.#restartCount += 1;
    this.#spawn();
  }
}
