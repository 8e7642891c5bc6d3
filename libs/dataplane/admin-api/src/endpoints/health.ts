import type { Target, Upstream } from '@gibbon/contracts/entities';
import { formatHost, normaliseHost } from '@gibbon/schema';
import type { AddressHealth, HealthState, TargetHealth, UpstreamHealth } from '@gibbon/dataplane-upstream';
import type { AdminContext } from '../context.ts';
import { isTruthy, message, type AdminRequest, type AdminResponse } from '../http/message.ts';

/** Port of a target that names none. */
const DEFAULT_PORT = 8000;

/** `GET /upstreams/{upstream}/health`: how the targets are; with `balancer_health=1` how the upstream as a whole is. */
export function upstreamHealth(context: AdminContext, request: AdminRequest): AdminResponse {
  const { configuration } = context.configuration();
  const wanted = request.params['upstream'] ?? '';
  const upstream = configuration.upstreams.find(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  if (upstream === undefined) return message(404, 'Not found');
  const report = context.upstreamHealth(upstream.id);
  const body = { next: null, node_id: context.node.id };
  if (isTruthy(request.query.get('balancer_health'))) {
    return { status: 200, body: { data: balancerHealth(upstream, report), ...body } };
  }
  const targets = configuration.targets.filter((target) => target.upstream.id === upstream.id);
  const byId = new Map(report?.targets.map((target) => [target.targetId, target]));
  return { status: 200, body: { data: targets.map((target) => targetHealth(target, byId.get(target.id) ?? null)), ...body } };
}

function targetHealth(target: Target, health: TargetHealth | null): Readonly<Record<string, unknown>> {
  const host = normaliseHost(target.target);
  const [name, port] = 'error' in host ? [target.target, DEFAULT_PORT] : [host.host, host.port ?? DEFAULT_PORT];
  const addresses = health?.addresses ?? [];
  return {
    ...target,
    target: 'error' in host ? target.target : formatHost(host, DEFAULT_PORT),
    health: health?.health ?? 'HEALTHCHECKS_OFF',
    data: { host: name, port, dns: health?.dns ?? 'unknown', nodeWeight: target.weight, weight: weights(addresses), addresses },
  };
}

function balancerHealth(upstream: Upstream, report: UpstreamHealth | null): Readonly<Record<string, unknown>> {
  const targets = report?.targets ?? [];
  const healthy = report?.healthy ?? true;
  const state: HealthState = healthy ? 'HEALTHY' : 'UNHEALTHY';
  const checked = targets.some(({ health }) => health !== 'HEALTHCHECKS_OFF');
  return {
    id: upstream.id,
    health: checked ? state : 'HEALTHCHECKS_OFF',
    balancer_health: state,
    details: {
      healthy,
      weight: weights(targets.flatMap(({ addresses }) => addresses)),
      hosts: targets.map(({ dns, addresses }) => ({ dns, addresses })),
    },
  };
}

function weights(addresses: readonly AddressHealth[]): { total: number; available: number; unavailable: number } {
  let total = 0;
  let available = 0;
  for (const { weight, health } of addresses) {
    total += weight;
    if (health === 'HEALTHY' || health === 'HEALTHCHECKS_OFF') available += weight;
  }
  return { total, available, unavailable: total - available };
}
