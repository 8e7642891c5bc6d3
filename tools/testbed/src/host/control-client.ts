import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ComponentName } from '../configuration/components.ts';
import type { ComponentAction, TestbedStatus } from '../supervisor/control-server.ts';

const TIMEOUT_MS = 30_000;

/** What a running testbed's supervisor says. @throws Error when it does not answer. */
export async function fetchStatus(control: string): Promise<TestbedStatus> {
  return (await call(control, 'GET', '/status')) as TestbedStatus;
}

/** Does something to a component; done when the supervisor has done it. */
export async function controlComponent(control: string, name: ComponentName, action: ComponentAction): Promise<void> {
  await call(control, 'POST', `/components/${name}/${action}`);
}

/**
 * A connection from this process to an address inside the testbed.
 * @throws Error when nothing listens there.
 */
export async function dial(control: string, host: string, port: number): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const sent = request({
    socketPath: control,
    method: 'CONNECT',
    path: `${host}:${port}`,
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  sent.on('error', reject);
  sent.on('connect', (response, socket, head) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      return reject(new Error(`${host}:${port} in the testbed: ${response.statusMessage}`));
    }
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  sent.end();
  return promise;
}

async function call(control: string, method: string, path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const sent = request({ socketPath: control, method, path, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      if (response.statusCode === 200) resolve(body);
      else reject(new Error((body as { problem: string }).problem));
    });
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}
