import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where requests go. */
export interface ProberTarget {
  readonly host: string;
  readonly port: number;
}

/** What is asked for. */
export interface ProbeRequest {
  readonly hostname: string;
  readonly path: string;
  /** Default `GET`. */
  readonly method?: 'GET' | 'HEAD';
}

/** When a route began to answer. */
export interface Arrival {
  /** Time of the end of the first 200, as `performance.now()` tells it. */
  readonly atMs: number;
  /** Answers before it that were neither 200 nor 404, by status; 0 is a broken connection. */
  readonly errors: Record<string, number>;
}

/** Status of an exchange in which no answer came. */
export const BROKEN = 0;

/** Sends requests over one connection that is kept alive, and opened again when it breaks. */
export class Prober {
  readonly #target: ProberTarget;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(target: ProberTarget) {
    this.#target = target;
  }

  /** @returns the status, or {@link BROKEN}. */
  send({ hostname, path, method = 'GET' }: ProbeRequest): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const sent = request({ ...this.#target, agent: this.#agent, method, path, headers: { host: hostname }, timeout: 10_000 }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? BROKEN));
      answer.once('error', () => resolve(BROKEN));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(BROKEN));
    sent.end();
    return promise;
  }

  /**
   * Asks again and again until a route answers 200.
   * @param intervalMs between the beginnings of two requests; longer where an answer takes longer.
   * @throws Error when that takes longer than `timeoutMs`.
   */
  async until200(what: ProbeRequest, intervalMs: number, timeoutMs = 60_000): Promise<Arrival> {
    const errors: Record<string, number> = {};
    const limitMs = performance.now() + timeoutMs;
    for (;;) {
      const begunMs = performance.now();
      const status = await this.send(what);
      const atMs = performance.now();
      if (status === 200) return { atMs, errors };
      if (status !== 404) tally(errors, status);
      if (atMs > limitMs) throw new Error(`${what.hostname}${what.path} does not answer 200 within ${timeoutMs} ms: ${status}`);
      const restMs = begunMs + intervalMs - atMs;
      if (restMs > 0) await sleep(restMs);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Counts one. */
export function tally(counts: Record<string, number>, key: number | string, amount = 1): void {
  counts[key] = (counts[key] ?? 0) + amount;
}
