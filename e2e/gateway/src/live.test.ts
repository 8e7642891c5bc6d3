import { Agent } from 'node:http';
import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, askUntil, GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backendManifest, ingressManifest, ManifestFolder } from './manifests.ts';

let folder: ManifestFolder;
let upstreams: FakeUpstream[];
let gateway: GatewayProcess | null = null;

beforeEach(async () => {
  folder = new ManifestFolder();
  upstreams = [await startFakeUpstream(), await startFakeUpstream()];
  folder.write(
    'backend.yaml',
    backendManifest(
      'echo',
      upstreams.map(({ port }) => port),
    ),
  );
  folder.write('hello.yaml', ingressManifest('hello', '/hello', 'echo'));
});

afterEach(async () => {
  const code = await gateway?.stop();
  gateway = null;
  folder.dispose();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
  if (code !== undefined) expect(code).toBe(0);
});

async function serve(...args: string[]): Promise<{ readonly port: number; readonly gateway: GatewayProcess }> {
  gateway = await GatewayProcess.serve('gateway', ['--manifests', folder.path, '--workers', '1', ...args]);
  return { port: gateway.ports['proxy'] ?? 0, gateway };
}

describe('manifests that change', () => {
  test('route from the first request, and anew after every kind of edit', async () => {
    const { port } = await serve();
    expect((await ask({ port, path: '/hello/world' })).status).toBe(200);
    expect((await ask({ port, path: '/other' })).body).toContain('no Route matched with those values');

    folder.write('other.yaml', ingressManifest('other', '/other', 'echo'));
    await askUntil({ port, path: '/other' }, ({ status }) => status === 200);

    folder.replace('other.yaml', ingressManifest('other', '/renamed', 'echo'));
    await askUntil({ port, path: '/renamed' }, ({ status }) => status === 200);
    expect((await ask({ port, path: '/other' })).status).toBe(404);

    folder.remove('other.yaml');
    await askUntil({ port, path: '/renamed' }, ({ status }) => status === 404);

    folder.write('deep/er/other.yaml', ingressManifest('deep', '/deep', 'echo'));
    await askUntil({ port, path: '/deep' }, ({ status }) => status === 200);
  });

  test('that break are named with file, line and field, and what serves goes on serving', async () => {
    const { port, gateway: running } = await serve();
    let from = running.lines.length;
    folder.write('hello.yaml', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: hello\n  bad: [unclosed\n');
    const syntax = await running.logged((line) => JSON.stringify(line).includes('hello.yaml:'), from);
    expect(JSON.stringify(syntax)).toMatch(/hello\.yaml:\d+:\d+/);
    expect((await ask({ port, path: '/hello' })).status).toBe(200);

    from = running.lines.length;
    folder.write('wrong.yaml', ingressManifest('wrong', '/wrong', 'echo').replace('pathType: Prefix', 'pathType: Prefixed'));
    const semantic = await running.logged((line) => JSON.stringify(line).includes('wrong.yaml:'), from);
    expect(JSON.stringify(semantic)).toContain('pathType');
    expect(JSON.stringify(semantic)).toContain('Prefixed');
    expect((await ask({ port, path: '/hello' })).status).toBe(200);

    from = running.lines.length;
    folder.write('wrong.yaml', ingressManifest('wrong', '/wrong', 'echo'));
    await askUntil({ port, path: '/wrong' }, ({ status }) => status === 200);
  });
});

describe('traffic', () => {
  test('loses no request while manifests are rewritten', async () => {
    const { port } = await serve();
    const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const statuses = new Map<number, number>();
    const edited = new AbortController();
    const clients = agents.map(async (agent) => {
      while (!edited.signal.aborted) {
        const { status } = await ask({ port, path: '/hello', agent });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (let edit = 1; edit <= 40; edit++) {
      folder.write('churn.yaml', ingressManifest('churn', `/churn-${edit}`, 'echo'));
      folder.write(
        'backend.yaml',
        `${backendManifest(
          'echo',
          upstreams.map((upstream) => upstream.port),
        )}# ${edit}\n`,
      );
      folder.replace('hello.yaml', ingressManifest('hello', '/hello', 'echo', { 'konghq.com/strip-path': String(edit % 2 === 0) }));
      await askUntil({ port, path: `/churn-${edit}` }, ({ status }) => status === 200);
    }
    edited.abort();
    await Promise.all(clients);
    for (const agent of agents) agent.destroy();
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(40);
  });
});

describe('backends that die', () => {
  test('cost no request that another backend can take', async () => {
    const { port } = await serve();
    for (let i = 0; i < 10; i++) expect((await ask({ port, path: '/hello' })).status).toBe(200);
    await upstreams[1]?.close();
    for (let i = 0; i < 50; i++) expect((await ask({ port, path: '/hello' })).status).toBe(200);
  });

  test('leave 502 only when none is left', async () => {
    const { port } = await serve();
    await Promise.all(upstreams.map((upstream) => upstream.close()));
    const answer = await ask({ port, path: '/hello', headers: { accept: 'application/json' } });
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('An invalid response was received from the upstream server');
  });
});

describe('the status listener', () => {
  test('says whether the gateway may get traffic', async () => {
    const { gateway: running } = await serve();
    const status = running.ports['status'] ?? 0;
    expect((await ask({ port: status, path: '/status/ready' })).status).toBe(200);
    expect((await ask({ port: status, path: '/status' })).status).toBe(200);
    expect((await ask({ port: status, path: '/metrics' })).status).toBe(200);
  });
});

describe('the end', () => {
  test('lets requests in flight finish', async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    for (const upstream of upstreams) upstream.respond(() => gate.then(() => ({ kind: 'echo' })));
    const { port, gateway: running } = await serve();
    const slow = ask({ port, path: '/hello' });
    await Promise.race(upstreams.map((upstream) => upstream.received(1)));
    running.signal('SIGTERM');
    await running.logged(({ msg }) => msg === 'draining');
    release();
    expect((await slow).status).toBe(200);
    expect(await running.exited).toBe(0);
    gateway = null;
  });
});
