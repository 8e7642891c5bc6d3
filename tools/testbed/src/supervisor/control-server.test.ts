import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMPONENT_NAMES, componentsOf } from '../configuration/components.ts';
import { layoutOf } from '../configuration/layout.ts';
import { controlComponent, dial, fetchStatus } from '../host/control-client.ts';
import { ApiClient } from './api-client.ts';
import { Cluster } from './cluster.ts';
import { createControlServer, type TestbedStatus } from './control-server.ts';
import { createPki } from '../configuration/pki.ts';

let folder: string;
let socket: string;
let control: Server;
let cluster: Cluster;

/** A cluster whose every component is a program that only waits. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-'));
  socket = join(folder, 'control.sock');
  const layout = { ...layoutOf('x', '/state'), logs: folder };
  const components = { ...componentsOf(layout, String) };
  for (const name of COMPONENT_NAMES) components[name] = { name, command: '/bin/sleep', args: ['60'] };
  const { authority, clients } = createPki(Date.now());
  const api = new ApiClient({ host: '127.0.0.1', port: 1, authority: authority.cert, client: clients.admin });
  cluster = new Cluster({ layout, components, images: [], api, signal: new AbortController().signal, log: () => {} }, () => {});
  const status = (): TestbedStatus => ({
    phase: 'ready',
    problem: null,
    readyAfterMs: 9,
    components: cluster.states(),
    steps: [['ready', 9]],
  });
  control = createControlServer(cluster, status);
  await new Promise<void>((resolve) => control.listen(socket, resolve));
});

afterEach(async () => {
  for (const { name } of cluster.states()) await cluster.component(name as 'etcd').stop();
  await new Promise((resolve) => control.close(resolve));
  rmSync(folder, { recursive: true });
});

const stateOf = async (name: string) => (await fetchStatus(socket)).components.find((one) => one.name === name)?.state;

describe('the control socket', () => {
  it('says how everything is', async () => {
    expect(await fetchStatus(socket)).toMatchObject({ phase: 'ready', problem: null, readyAfterMs: 9, steps: [['ready', 9]] });
  });

  it('starts, stops and restarts a component, and answers when that is done', async () => {
    await controlComponent(socket, 'kubelet', 'start');
    expect([await stateOf('kubelet'), await stateOf('etcd')]).toEqual(['running', 'stopped']);
    const { processId } = cluster.component('kubelet').state;
    await controlComponent(socket, 'kubelet', 'restart');
    expect(cluster.component('kubelet').state).toMatchObject({ state: 'running', restarts: 0 });
    expect(cluster.component('kubelet').state.processId).not.toBe(processId);
    await controlComponent(socket, 'kubelet', 'stop');
    expect(await stateOf('kubelet')).toBe('stopped');
  });

  it('refuses what it does not know', async () => {
    await expect(controlComponent(socket, 'kube-dns' as 'etcd', 'start')).rejects.toThrow('nothing at POST /components/kube-dns/start');
    await expect(controlComponent(socket, 'etcd', 'pause' as 'stop')).rejects.toThrow('nothing at POST /components/etcd/pause');
  });

  it('connects to an address, both ways and with half-closed connections', async () => {
    const echo = createServer({ allowHalfOpen: true }, (client) => client.pipe(client));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as { port: number };
    const connection = await dial(socket, '127.0.0.1', port);
    connection.end('there and back');
    expect(await text(connection)).toBe('there and back');
    await new Promise((resolve) => echo.close(resolve));
    await expect(dial(socket, '127.0.0.1', port)).rejects.toThrow(`127.0.0.1:${port} in the testbed: connect ECONNREFUSED`);
  });
});
