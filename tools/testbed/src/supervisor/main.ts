import { readFileSync } from 'node:fs';
import { NETWORK } from '../configuration/network.ts';
import type { Plan } from '../configuration/plan.ts';
import { mustRun } from '../run-command.ts';
import { ApiClient } from './api-client.ts';
import { API_ADDRESS, Cluster } from './cluster.ts';
import { createControlServer, type TestbedStatus } from './control-server.ts';
import { forwardTo } from './forward.ts';
import { serveLoadBalancers } from './load-balancers.ts';

const NAMESPACE_TIMEOUT_MS = 20_000;

/**
 * Runs inside the namespaces, as the one child of process 1, for as long as the testbed lives: furnishes the namespaces,
 * starts the cluster, gives Services addresses, forwards the API port of the machine's loopback interface.
 * @param plan what the starting process wrote down.
 */
async function supervise(plan: Plan): Promise<void> {
  const startedAt = performance.now();
  const steps: (readonly [string, number])[] = [];
  const log = (step: string): void => {
    const afterMs = Math.round(performance.now() - startedAt);
    steps.push([step, afterMs]);
    process.stdout.write(`${afterMs} ms: ${step}\n`);
  };
  let phase: TestbedStatus['phase'] = 'starting';
  let problem: string | null = null;
  let readyAfterMs: number | null = null;
  const fail = (why: string): void => {
    phase = 'failed';
    problem ??= why;
    process.stdout.write(`failed: ${why}\n`);
  };
  await mustRun('sh', ['-c', plan.namespaceScript], { timeoutMs: NAMESPACE_TIMEOUT_MS });
  log('namespaces furnished');
  const api = new ApiClient({ ...API_ADDRESS, authority: plan.authority, client: plan.admin });
  const starting = new AbortController();
  const cluster = new Cluster({ ...plan, api, signal: starting.signal, log }, (name) => {
    fail(`${name} keeps ending, see ${plan.layout.logs}/${name}.log`);
    starting.abort();
  });
  const status = (): TestbedStatus => ({ phase, problem, readyAfterMs, components: cluster.states(), steps });
  createControlServer(cluster, status).listen(plan.layout.control);
  // Made by the starting process in the machine's network: this process could not.
  forwardTo(API_ADDRESS.host, API_ADDRESS.port).listen({ fd: plan.apiListener });
  try {
    await cluster.start();
    phase = 'ready';
    readyAfterMs = Math.round(performance.now() - startedAt);
  } catch (error) {
    fail((error as Error).message);
  }
  await serveLoadBalancers(api, NETWORK.loadBalancerRange, new AbortController().signal);
}

const plan = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Plan;
if (plan.endsWithInput) {
  // Whoever started this holds the other end, and is gone when it closes. Everything else ends with this process.
  process.stdin.on('close', () => process.exit(0)).resume();
}
process.on('SIGTERM', () => process.exit(0));
await supervise(plan);
