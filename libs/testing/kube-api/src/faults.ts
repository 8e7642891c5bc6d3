import { ApiFailure } from './stored-object.ts';

/** What a request asks for. */
export interface RequestFacts {
  /** As authorization rules name it; `discover` for documents of discovery. */
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'discover';
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Requests that a fault concerns: those that agree in every field named. */
export type RequestMatch = Partial<RequestFacts>;

/** What happens to a request instead of an answer. */
export interface Fault {
  readonly match?: RequestMatch;
  /** Answers this status. */
  readonly status?: number;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  /** Resets the connection. */
  readonly reset?: boolean;
  /** So many requests are concerned; default all, until the fault is removed. */
  readonly times?: number;
}

/** Requests that wait. */
export interface Hold {
  /** Resolves when the first request waits. */
  readonly arrived: Promise<void>;
  /** Lets go those that wait and all later ones. */
  release(): void;
}

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

interface ActiveHold {
  readonly match: RequestMatch;
  readonly arrived: () => void;
  readonly released: Promise<void>;
}

/** Faults to inject; those added first are looked at first. */
export class Faults {
  readonly #faults = new Set<ActiveFault>();
  readonly #holds = new Set<ActiveHold>();

  /** @returns a function that removes the fault. */
  add(fault: Fault): () => void {
    const active = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.add(active);
    return () => void this.#faults.delete(active);
  }

  /** Refuses requests as authorization does. @returns a function that allows them again. */
  forbid(match: RequestMatch): () => void {
    return this.add({ match, status: 403 });
  }

  /** Makes requests wait. */
  hold(match: RequestMatch): Hold {
    const arrival = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const active = { match, arrived: arrival.resolve, released: release.promise };
    this.#holds.add(active);
    return {
      arrived: arrival.promise,
      release: () => {
        this.#holds.delete(active);
        release.resolve();
      },
    };
  }

  clear(): void {
    this.#faults.clear();
  }

  /** Waits where a hold says so. @returns whether the connection is to be reset. @throws ApiFailure that is to be answered. */
  async meet(facts: RequestFacts): Promise<boolean> {
    for (const { match, arrived, released } of [...this.#holds]) {
      if (!matches(match, facts)) continue;
      arrived();
      await released;
    }
    for (const active of this.#faults) {
      if (!matches(active.fault.match ?? {}, facts)) continue;
      if (--active.left <= 0) this.#faults.delete(active);
      const { reset, status, retryAfterSeconds } = active.fault;
      if (reset === true) return true;
      const message = active.fault.message ?? (status === 403 ? forbiddenMessage(facts) : 'injected fault');
      throw new ApiFailure(status ?? 500, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }
    return false;
  }
}

function matches(match: RequestMatch, facts: RequestFacts): boolean {
  return Object.entries(match).every(([key, value]) => facts[key as keyof RequestFacts] === value);
}

function forbiddenMessage({ verb, plural, group, namespace, name }: RequestFacts): string {
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `${group === '' ? plural : `${plural}.${group}`}${name === '' ? '' : ` "${name}"`}`;
  return `${what} is forbidden: User "test" cannot ${verb} resource "${plural}" in API group "${group}" ${place}`;
}
