import type { Distribution } from '../measure/distribution.ts';
import type { PropagationOptions } from './propagation-options.ts';

/** What a process has used in a while, and how much memory it had at the end. */
export interface ProcessExpense {
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  /** Proportional set size: what is shared with others counts in part. */
  readonly proportionalMiB: number;
}

/** What a while has cost. */
export interface Expense {
  readonly wallSeconds: number;
  readonly controller: ProcessExpense;
  readonly proxy: ProcessExpense;
  /** The API server with etcd: what they take, ours do not have. */
  readonly apiServerCpuSeconds: number;
  /** Status writes that the API server has seen, by resource and HTTP status. */
  readonly statusWrites: Readonly<Record<string, number>>;
  /** Pushes to the proxy by kind: `full`, `delta`, `none`, `failed`; `null` where the controller tells no metrics. */
  readonly pushes: Readonly<Record<string, number>> | null;
}

/** Routes created one after the other: how long until each answers. Milliseconds. */
export interface ProbeResult {
  /** Routes that were there already. */
  readonly present: number;
  /** From before the request that creates the route to the end of the first 200. */
  readonly fromWriteMs: Distribution;
  /** From the API server's answer; negative where the proxy was faster than the answer. */
  readonly fromAnswerMs: Distribution;
  /** How long the API server took to answer. */
  readonly writeMs: Distribution;
  /** Answers other than 404 before the 200, by status; 0 is a broken connection. */
  readonly errors: Readonly<Record<string, number>>;
  readonly expense: Expense;
}

/** A route changed while it serves. */
export interface ChangeResult {
  readonly changes: number;
  readonly intervalMs: number;
  readonly requests: number;
  /** Anything but 200, by status; 0 is a broken connection. */
  readonly errors: Readonly<Record<string, number>>;
  readonly latencyMs: Distribution;
}

/** Routes that attach to a Gateway and detach from it. */
export interface AttachedResult {
  readonly routes: number;
  /** From the last route that was created to the count that is right. Seconds. */
  readonly addAllSeconds: number;
  /** From the last that was deleted to zero. */
  readonly removeAllSeconds: number;
  readonly creationSeconds: number;
  readonly deletionSeconds: number;
  /** Changes of the count that were seen on the Gateway. */
  readonly writes: number;
  /** The highest count: more than there are routes is wrong. */
  readonly highest: number;
  readonly expense: Expense;
}

/** Many routes built up and kept changing. */
export interface ScaleResult {
  readonly routes: number;
  /** Seconds to write all objects, and from then until a sample of the routes answers. */
  readonly writeSeconds: number;
  readonly settleSeconds: number;
  readonly unreachable: number;
  readonly buildUp: Expense;
  readonly steady: Expense & { readonly routeChanges: number; readonly endpointChanges: number };
  /** Route changes as fast as the API server takes them. */
  readonly burst: Expense & { readonly routeChanges: number };
  /** Probes while routes change. */
  readonly probesMeanwhile: ProbeResult;
  readonly unreachableAtEnd: number;
}

/** Restarts with the many routes present. */
export interface RestartResult {
  readonly routes: number;
  readonly proxy: {
    /** From the start of the process to ready. */
    readonly readySeconds: number;
    /** Answers after it was ready, by status: anything but 200 is wrong. */
    readonly answers: Readonly<Record<string, number>>;
    readonly expense: Expense;
  };
  readonly controller: {
    /** From the start of the process until it has read everything and knows what the proxy has. */
    readonly syncedSeconds: number;
    /** From the write of a route afterwards to its first 200. */
    readonly firstChangeMs: number;
    /** Answers of other routes meanwhile, and how long they took: a proxy that is given everything again has less time for requests. */
    readonly answers: Readonly<Record<string, number>>;
    readonly latencyMs: Distribution;
    readonly expense: Expense;
  };
}

/** What was measured; scenarios that were not chosen are `null`. */
export interface Measurements {
  readonly probeAlone: ProbeResult | null;
  readonly change: readonly ChangeResult[];
  readonly attached: AttachedResult | null;
  readonly scale: ScaleResult | null;
  readonly probeAmongMany: ProbeResult | null;
  readonly restart: RestartResult | null;
}

/** What a result file holds. */
export interface PropagationResult extends Measurements {
  readonly benchmark: 'propagation';
  readonly at: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  /** Load averages before and after: others on the machine shift everything. */
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly options: PropagationOptions;
}
