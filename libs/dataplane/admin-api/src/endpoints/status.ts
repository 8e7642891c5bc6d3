import type { AdminContext, NodeStatistics, ReadinessReason } from '../context.ts';
import { message, type AdminRequest, type AdminResponse } from '../http/message.ts';

const UNITS: Readonly<Record<string, { readonly bytes: number; readonly suffix: string }>> = {
  b: { bytes: 1, suffix: '' },
  k: { bytes: 1024, suffix: 'KiB' },
  m: { bytes: 1024 ** 2, suffix: 'MiB' },
  g: { bytes: 1024 ** 3, suffix: 'GiB' },
};

/**
 * `GET /status`: connections, memory and the hash of the configuration. Gibbon's own: `content_digest`, where it is known, is
 * the same for the same entities, however they came.
 */
export async function status(context: AdminContext, request: AdminRequest): Promise<AdminResponse> {
  const name = request.query.get('unit') ?? 'm';
  const unit = Object.hasOwn(UNITS, name.toLowerCase()) ? UNITS[name.toLowerCase()] : undefined;
  if (unit === undefined) return message(400, `invalid unit '${name}' (expected 'k/K', 'm/M', or 'g/G')`);
  const scale = Number(request.query.get('scale') ?? 2);
  if (!Number.isInteger(scale)) return message(400, 'scale must be a number');
  if (scale < 0) return message(400, 'scale must be equal or greater than 0');
  const size = (bytes: number): string | number =>
    unit.bytes === 1 ? bytes : `${(bytes / unit.bytes).toFixed(Math.min(scale, 20))} ${unit.suffix}`;
  const statistics = await context.statistics();
  const { hash, content = null } = context.configuration();
  const body = { server: server(statistics), memory: memory(statistics, size), configuration_hash: hash };
  return { status: 200, body: content === null ? body : { ...body, content_digest: content } };
}

function server(statistics: NodeStatistics): Readonly<Record<string, number>> {
  return {
    connections_active: statistics.connectionsActive,
    connections_reading: statistics.connectionsReading,
    connections_writing: statistics.connectionsWriting,
    connections_waiting: statistics.connectionsWaiting,
    connections_accepted: statistics.connectionsAccepted,
    connections_handled: statistics.connectionsHandled,
    total_requests: statistics.totalRequests,
  };
}

/** The names are of Kong's engine; clients look for them. What is told is the heap of each worker. */
function memory(statistics: NodeStatistics, size: (bytes: number) => string | number): Readonly<Record<string, unknown>> {
  const shared = Object.entries(statistics.sharedMemory).map(([name, { capacityBytes, usedBytes }]) => [
    name,
    { capacity: size(capacityBytes), allocated_slabs: size(usedBytes) },
  ]);
  return {
    workers_lua_vms: statistics.workers.map(({ pid, heapBytes }) => ({ pid, http_allocated_gc: size(heapBytes) })),
    lua_shared_dicts: Object.fromEntries(shared),
  };
}

const REASONS: Readonly<Record<ReadinessReason, string>> = {
  starting: 'router builds not yet complete',
  'no-configuration': 'no configuration available (configuration hash is not initialized)',
  'empty-configuration': 'no configuration available (empty configuration present)',
  draining: 'draining',
};

/** `GET /status/ready` of the status listener: 200 once the node may be given traffic, 503 with the reason before. */
export function ready(context: AdminContext): AdminResponse {
  const readiness = context.readiness();
  return readiness.ready ? message(200, 'ready') : message(503, REASONS[readiness.reason]);
}
