import type { GaugeOptions, ReportValue } from '@gibbon/contracts/services';
import { createMetrics } from './registry.ts';
import type { MetricsSnapshot } from './snapshot.ts';

/** Facts of a node that label its metrics. */
export interface NodeFacts {
  /** UUID. */
  readonly id: string;
  /** Version of Kong whose behaviour it has. */
  readonly kongVersion: string;
}

/** What a node counts, of all workers together. */
export interface NodeReading {
  readonly connectionsActive: number;
  readonly connectionsReading: number;
  readonly connectionsWriting: number;
  readonly connectionsWaiting: number;
  readonly connectionsAccepted: number;
  readonly connectionsHandled: number;
  readonly totalRequests: number;
  readonly workers: readonly { readonly pid: number; readonly heapBytes: number }[];
  readonly sharedMemory: Readonly<Record<string, { readonly capacityBytes: number; readonly usedBytes: number }>>;
}

const SUBSYSTEM = 'http';

/**
 * The metrics that Kong has always, whatever plugins are configured, to merge with those of the threads. Names that speak
 * of nginx and Lua are kept, because dashboards ask for them. Called once per scrape.
 * @example renderMetrics(mergeSnapshots([nodeSnapshot(facts, reading), ...threads]))
 * @see https://developer.konghq.com/gateway/metrics/
 */
export function nodeSnapshot(facts: NodeFacts, reading: NodeReading): MetricsSnapshot {
  const metrics = createMetrics();
  for (const { report, ...options } of FAMILIES) {
    const gauge = metrics.gauge(options);
    report((value, ...labelValues) => gauge.with(...labelValues).set(value), facts, reading);
  }
  return metrics.snapshot();
}

interface Family extends GaugeOptions {
  readonly report: (value: ReportValue, facts: NodeFacts, reading: NodeReading) => void;
}

const FAMILIES: readonly Family[] = [
  {
    name: 'kong_node_info',
    help: 'The node, with its id and version as labels.',
    labels: ['node_id', 'version'],
    report: (value, facts) => value(1, facts.id, facts.kongVersion),
  },
  {
    name: 'kong_datastore_reachable',
    help: 'Whether the datastore can be reached; there is none to fail.',
    report: (value) => value(1),
  },
  {
    name: 'kong_nginx_connections_total',
    help: 'Client connections by state.',
    labels: ['node_id', 'subsystem', 'state'],
    report: (value, { id }, reading) => {
      value(reading.connectionsAccepted, id, SUBSYSTEM, 'accepted');
      value(reading.connectionsActive, id, SUBSYSTEM, 'active');
      value(reading.connectionsHandled, id, SUBSYSTEM, 'handled');
      value(reading.connectionsReading, id, SUBSYSTEM, 'reading');
      value(reading.totalRequests, id, SUBSYSTEM, 'total');
      value(reading.connectionsWaiting, id, SUBSYSTEM, 'waiting');
      value(reading.connectionsWriting, id, SUBSYSTEM, 'writing');
    },
  },
  {
    name: 'kong_nginx_requests_total',
    help: 'Requests since the start.',
    labels: ['node_id', 'subsystem'],
    report: (value, { id }, reading) => value(reading.totalRequests, id, SUBSYSTEM),
  },
  {
    name: 'kong_memory_workers_lua_vms_bytes',
    help: 'Bytes in use on the heap of each worker.',
    labels: ['node_id', 'pid', 'kong_subsystem'],
    report: (value, { id }, reading) => {
      for (const [index, { pid, heapBytes }] of reading.workers.entries()) value(heapBytes, id, workerName(reading, index, pid), SUBSYSTEM);
    },
  },
  {
    name: 'kong_memory_lua_shared_dict_bytes',
    help: 'Bytes in use of memory that workers share.',
    labels: ['node_id', 'shared_dict', 'kong_subsystem'],
    report: (value, { id }, reading) => {
      for (const [name, { usedBytes }] of Object.entries(reading.sharedMemory)) value(usedBytes, id, name, SUBSYSTEM);
    },
  },
  {
    name: 'kong_memory_lua_shared_dict_total_bytes',
    help: 'Size of memory that workers share.',
    labels: ['node_id', 'shared_dict', 'kong_subsystem'],
    report: (value, { id }, reading) => {
      for (const [name, { capacityBytes }] of Object.entries(reading.sharedMemory)) value(capacityBytes, id, name, SUBSYSTEM);
    },
  },
];

/** Workers that are threads of one process share its number: they are told apart by their position. */
function workerName(reading: NodeReading, index: number, pid: number): string {
  const shared = reading.workers.some((other, at) => at !== index && other.pid === pid);
  return shared ? `${pid}.${index + 1}` : String(pid);
}
