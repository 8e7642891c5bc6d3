import type { Attempt } from '@gibbon/contracts/plugin';
import type { Logger } from '@gibbon/contracts/services';

/** One line per service in this time, however many requests fail: an outage at full load must not drown the log. Milliseconds. */
const QUIET_MS = 10_000;
/** Services that are told apart; a line of one beyond them may come early. */
const MAX_SERVICES = 1000;

interface Outage {
  quietUntil: number;
  /** Failures since the last line. */
  unsaid: number;
}

/** A request that no upstream answered. */
export interface FailedRequest {
  readonly id: string;
  /** Name of the service, for people. */
  readonly service: string;
  /** What the client got. */
  readonly status: number;
  readonly attempts: readonly Attempt[];
}

/** Says that upstreams fail: the first request at once as a warning, then one line for all of a while; every one for debugging. */
export class OutageLog {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #outages = new Map<string, Outage>();

  /** @param now monotonic milliseconds, cheap. */
  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Called once per request that failed for its upstream. */
  failed(request: FailedRequest): void {
    const { service } = request;
    const now = this.#now();
    let outage = this.#outages.get(service);
    if (outage === undefined) {
      if (this.#outages.size >= MAX_SERVICES) this.#outages.clear();
      outage = { quietUntil: 0, unsaid: 0 };
      this.#outages.set(service, outage);
    }
    if (now >= outage.quietUntil) {
      const since = outage.unsaid === 0 ? {} : { alsoFailed: outage.unsaid };
      this.#log.warn({ ...fieldsOf(request), ...since }, 'no upstream answered');
      outage.quietUntil = now + QUIET_MS;
      outage.unsaid = 0;
      return;
    }
    outage.unsaid += 1;
    if (this.#log.isLevelEnabled('debug')) this.#log.debug(fieldsOf(request), 'no upstream answered');
  }
}

function fieldsOf({ id, service, status, attempts }: FailedRequest): Readonly<Record<string, unknown>> {
  return { service, status, requestId: id, attempts: attempts.map(({ host, port, failure }) => ({ host, port, failure })) };
}
