import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { COMPONENT_NAMES, type ComponentName } from '../configuration/components.ts';
import type { Cluster } from './cluster.ts';
import type { ComponentState } from './component-process.ts';
import { join } from './forward.ts';

/** What a supervisor says of its testbed. */
export interface TestbedStatus {
  readonly phase: 'starting' | 'ready' | 'failed';
  /** Why it failed; otherwise `null`. */
  readonly problem: string | null;
  /** How long it took from the start of the supervisor until ready, in milliseconds; `null` before that. */
  readonly readyAfterMs: number | null;
  readonly components: readonly ComponentState[];
  /** Steps of the start with the milliseconds after which each was done. */
  readonly steps: readonly (readonly [step: string, afterMs: number])[];
}

const ACTIONS = ['start', 'stop', 'restart', 'kill'] as const;

/** What can be done to a component. */
export type ComponentAction = (typeof ACTIONS)[number];

/**
 * The supervisor's own interface, over a Unix socket:
 *
 * - `GET /status`: {@link TestbedStatus}.
 * - `POST /components/NAME/ACTION`: starts, stops, restarts or kills a component; answers when that is done.
 * - `CONNECT host:port`: a connection to an address inside.
 */
export function createControlServer(cluster: Cluster, status: () => TestbedStatus): Server {
  const server = createServer((request, response) => {
    answer(request, cluster, status).then(
      ([code, body]) => send(response, code, body),
      (error: Error) => send(response, 500, { problem: error.message }),
    );
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const { hostname, port } = new URL(`tcp://${request.url}`);
    const target = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const refuse = (error: Error): void => void client.end(`HTTP/1.1 502 ${error.message.replaceAll(/[^ -~]/g, ' ')}\r\n\r\n`);
    target.once('error', refuse);
    target.once('connect', () => {
      target.off('error', refuse);
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      if (head.length > 0) target.write(head);
      join(client, target);
    });
  });
  return server;
}

async function answer(request: IncomingMessage, cluster: Cluster, status: () => TestbedStatus): Promise<readonly [number, unknown]> {
  const [, collection, name, action] = (request.url ?? '').split('/');
  if (request.method === 'GET' && collection === 'status') return [200, status()];
  const component = COMPONENT_NAMES.find((one) => one === name);
  const wanted = ACTIONS.find((one) => one === action);
  if (request.method !== 'POST' || collection !== 'components' || component === undefined || wanted === undefined)
    return [404, { problem: `nothing at ${request.method} ${request.url}` }];
  await act(cluster, component, wanted);
  return [200, cluster.component(component).state];
}

async function act(cluster: Cluster, name: ComponentName, action: ComponentAction): Promise<void> {
  const component = cluster.component(name);
  if (action === 'kill') component.kill();
  if (action === 'stop' || action === 'restart') await component.stop();
  if (action === 'start' || action === 'restart') component.start();
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
