import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, RawClient, startFakeUpstream, watchHandles, type FakeUpstream } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../../apps/cli/src/main.ts', import.meta.url));
const LIMIT = 25;
const handles = watchHandles();

describe('plugins on two workers', () => {
  let upstream: FakeUpstream;
  let folder: string;
  let gateway: ChildProcess;
  let ports: { readonly proxy: number; readonly admin: number; readonly status: number };

  beforeAll(async () => {
    upstream = await startFakeUpstream();
    folder = await mkdtemp(join(tmpdir(), 'gibbon-workers-'));
    ports = { proxy: await freePort(), admin: await freePort(), status: await freePort() };
    const plugins = [
      { name: 'rate-limiting', config: { year: LIMIT, limit_by: 'ip' } },
      { name: 'prometheus', config: { status_code_metrics: true } },
    ];
    const services = [{ name: 'echo', url: upstream.url, routes: [{ name: 'all', paths: ['/'] }], plugins }];
    const file = join(folder, 'kong.json');
    await writeFile(file, JSON.stringify({ _format_version: '3.0', services }));
    const listeners = Object.entries(ports).flatMap(([name, port]) => [`--${name}-listen`, `127.0.0.1:${port}`]);
    const options = ['proxy', '--config', file, '--workers', '2', ...listeners];
    gateway = spawn(process.execPath, ['--conditions=@gibbon/source', MAIN, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
    await loggedReady(gateway);
  }, 30_000);

  afterAll(async () => {
    gateway.kill('SIGTERM');
    if (gateway.exitCode === null) await once(gateway, 'exit');
    await upstream.close();
    await rm(folder, { recursive: true });
    await handles.settled();
  }, 30_000);

  it('admit exactly as many requests as the limit, and are counted together', async () => {
    const statuses = await Promise.all(Array.from({ length: 60 }, () => statusOf(ports.proxy, '/')));
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(60 - LIMIT);
    expect(upstream.requests).toHaveLength(LIMIT);
    const metrics = await textOf(ports.status, '/metrics');
    expect(metrics).toContain(
      `kong_http_requests_total{service="echo",route="all",code="200",source="service",workspace="default",consumer=""} ${LIMIT}\n`,
    );
    expect(metrics).toContain(
      `kong_http_requests_total{service="echo",route="all",code="429",source="kong",workspace="default",consumer=""} ${60 - LIMIT}\n`,
    );
    expect(metrics).toMatch(/^kong_node_info\{node_id="[0-9a-f-]{36}",version="3\.9\.1"\} 1$/m);
  });
});

/** Resolves when the process says that it serves. Rejects with what it said when it ends before. */
async function loggedReady(gateway: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    gateway.stderr!.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('"msg":"ready"')) resolve();
    });
    gateway.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
}

async function ask(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const client = await RawClient.open({ port });
  const { status, text } = await client.send(`GET ${path} HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n`).response();
  await client.close();
  return { status, text };
}

const statusOf = async (port: number, path: string): Promise<number> => (await ask(port, path)).status;
const textOf = async (port: number, path: string): Promise<string> => (await ask(port, path)).text;
