import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAppImage, workspaceVersion } from './app-image.ts';
import { USER_ID } from './apps.ts';

const isRoot = process.getuid?.() === 0;
const json = (file: string): any => JSON.parse(readFileSync(file, 'utf8'));

/** An image as a container engine unpacks it: its configuration and its root file system. */
function unpack(tar: string, folder: string): { readonly config: any; readonly root: string; readonly layers: readonly string[] } {
  const layout = join(folder, 'layout');
  const root = join(folder, 'root');
  for (const path of [layout, root]) mkdirSync(path);
  execFileSync('tar', ['-xf', tar, '-C', layout]);
  const blob = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const manifest = json(blob(json(join(layout, 'index.json')).manifests[0].digest));
  const layers = manifest.layers.map(({ digest }: any) => digest);
  for (const digest of layers) execFileSync('tar', ['-xf', blob(digest), '-C', root]);
  return { config: json(blob(manifest.config.digest)).config, root, layers };
}

/** Runs what an image is for: in nothing but its own files and as its own user where this user may do that. */
function run(
  { config, root }: ReturnType<typeof unpack>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const entrypoint = config.Entrypoint as string[];
  const command = isRoot
    ? ['chroot', `--userspec=${config.User}`, root, ...entrypoint]
    : entrypoint.map((part) => (part.startsWith('/') ? join(root, part) : part));
  return spawn(command[0]!, [...command.slice(1), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcome(child: ChildProcess): Promise<{ readonly code: number; readonly output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

describe.skipIf(process.platform !== 'linux')('the image of a proxy', () => {
  let folder: string;
  let image: ReturnType<typeof unpack>;
  let backend: Server;
  const file = (): string => join(folder, 'proxy.tar');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gibbon-image-'));
    await buildAppImage({ app: 'proxy', file: file() });
    image = unpack(file(), folder);
    backend = createServer((_request, response) => response.end('from the backend')).listen(0, '127.0.0.1');
    await once(backend, 'listening');
  });

  afterAll(async () => {
    backend.close();
    await once(backend, 'close');
    rmSync(folder, { recursive: true });
  });

  it('says what it runs, as whom and where', () => {
    expect(image.config).toMatchObject({
      Entrypoint: ['/usr/bin/node', '/app/main.js', 'proxy'],
      User: `${USER_ID}:${USER_ID}`,
      WorkingDir: '/app',
      ExposedPorts: { '8000/tcp': {}, '8443/tcp': {} },
    });
    expect(json(join(folder, 'layout/index.json')).manifests[0].annotations['io.containerd.image.name']).toBe(
      `gibbon.dev/proxy:${workspaceVersion()}`,
    );
  });

  it('has the app in few files, no other app, and the licences of what is in it', () => {
    const files = readdirSync(join(image.root, 'app'));
    expect(files).toEqual(expect.arrayContaining(['main.js', 'worker.js', 'proxy.package.json', 'LICENSE']));
    expect(files.filter((name) => name.endsWith('.js')).length).toBeLessThan(12);
    const code = files
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(image.root, 'app', name), 'utf8'))
      .join('');
    const imported = [...code.matchAll(/^(?:import|export)\b(?:.*?\bfrom)? "([^"]+)";$/gm)].map(([, specifier]) => specifier!);
    expect(imported.filter((specifier) => !specifier.startsWith('./'))).toEqual([]);
    const builtIn = [...code.matchAll(/process\.getBuiltinModule\("([^"]+)"\)/g)].map(([, specifier]) => specifier!);
    expect(builtIn.filter((specifier) => !isBuiltin(specifier))).toEqual([]);
    expect(builtIn.length).toBeGreaterThan(10);
    expect(code.includes('resource.ingress')).toBe(false);
    expect(readdirSync(join(image.root, 'app/licenses'))).toEqual(expect.arrayContaining(['tsyringe', 'undici', 'yaml']));
    expect(readFileSync(join(image.root, 'app/licenses/tsyringe/LICENSE'), 'utf8')).toContain('MIT');
  });

  it('has nothing that its user may write but /tmp', () => {
    const writable = execFileSync('find', [image.root, '-mindepth', '1', '-perm', '-o=w', '-not', '-type', 'l'], {
      encoding: 'utf8',
    }).trim();
    expect(writable).toBe(join(image.root, 'tmp'));
    expect(statSync(join(image.root, 'tmp')).mode & 0o7777).toBe(0o1777);
  });

  it('answers requests through its worker, on its own Node and libraries, and ends in order', async () => {
    const { port } = backend.address() as AddressInfo;
    const service = { name: 'backend', url: `http://127.0.0.1:${port}`, routes: [{ name: 'all', paths: ['/'] }] };
    writeFileSync(join(image.root, 'tmp/kong.json'), JSON.stringify({ _format_version: '3.0', services: [service] }));
    const child = run(image, [], {
      GIBBON_CONFIG: isRoot ? '/tmp/kong.json' : join(image.root, 'tmp/kong.json'),
      GIBBON_PROXY_LISTEN: '127.0.0.1:0',
      GIBBON_ADMIN_LISTEN: 'off',
      GIBBON_STATUS_LISTEN: '127.0.0.1:0',
      GIBBON_WORKERS: '1',
    });
    const said: string[] = [];
    const ports = new Map<string, number>();
    child.stdout?.on('data', (text) => said.push(String(text)));
    for await (const line of createInterface({ input: child.stderr! })) {
      said.push(line);
      const { listener, port, msg } = JSON.parse(line) as { listener?: string; port?: number; msg: string };
      if (listener !== undefined && port !== undefined) ports.set(listener, port);
      if (msg === 'ready') break;
    }
    expect([...ports.keys()].sort(), said.join('\n')).toEqual(['proxy', 'status']);
    const response = await fetch(`http://127.0.0.1:${ports.get('proxy')}/any`);
    expect([response.status, await response.text()]).toEqual([200, 'from the backend']);
    expect((await fetch(`http://127.0.0.1:${ports.get('status')}/status/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
  });

  it('says of other apps that they are elsewhere', async () => {
    const { config } = image;
    const other = { ...image, config: { ...config, Entrypoint: [...config.Entrypoint.slice(0, -1), 'controller'] } };
    expect(await outcome(run(other, []))).toEqual({ code: 2, output: 'gibbon controller: this image has gibbon proxy alone\n' });
  });

  it('has its code compiled, which it takes and leaves as it is', async () => {
    const cache = join(image.root, 'app/compile-cache');
    const contents = (): readonly string[] =>
      execFileSync('find', [cache, '-type', 'f', '-size', '+0'], { encoding: 'utf8' }).trim().split('\n').sort();
    const before = contents();
    expect(before.length).toBeGreaterThan(4);
    const environment = Object.fromEntries((image.config.Env as string[]).map((line) => line.split('=') as [string, string]));
    expect(environment).toMatchObject({ NODE_COMPILE_CACHE: '/app/compile-cache', NODE_COMPILE_CACHE_PORTABLE: '1' });
    const here = isRoot ? environment : { ...environment, NODE_COMPILE_CACHE: cache };
    const said = (await outcome(run(image, ['--list-modules'], { ...here, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }))).output;
    expect(said).toMatch(/main\.js.*was accepted/);
    expect(said).not.toMatch(/was rejected/);
    expect(contents()).toEqual(before);
  });

  it.each([
    ['of another release', (name: string) => name.replace(/^v\d+/, 'v1')],
    ['that is not there', () => null],
  ])('starts without a word with compiled code %s', async (_what, rename) => {
    const cache = join(image.root, 'app/compile-cache');
    const [name = ''] = readdirSync(cache);
    const other = rename(name);
    const moved = other === null ? join(folder, name) : join(cache, other);
    renameSync(join(cache, name), moved);
    try {
      const env = { NODE_COMPILE_CACHE: isRoot ? '/app/compile-cache' : cache, NODE_COMPILE_CACHE_PORTABLE: '1' };
      const without = await outcome(run(image, ['--list-modules']));
      expect(without.code).toBe(0);
      expect(await outcome(run(image, ['--list-modules'], env))).toEqual(without);
    } finally {
      rmSync(join(cache, name), { recursive: true, force: true });
      renameSync(moved, join(cache, name));
    }
  });

  it('is the same bytes when it is made again but for what V8 made of it, and shares its lower layer with the other apps', async () => {
    const again = join(folder, 'again');
    mkdirSync(again);
    await buildAppImage({ app: 'proxy', file: join(again, 'proxy.tar') });
    const secondFolder = join(again, 'proxy');
    mkdirSync(secondFolder);
    const second = unpack(join(again, 'proxy.tar'), secondFolder);
    expect(second.layers).toHaveLength(3);
    expect(second.layers.slice(0, 2)).toEqual(image.layers.slice(0, 2));
    expect(second.config).toEqual(image.config);
    await buildAppImage({ app: 'controller', file: join(again, 'controller.tar'), names: ['example.test/controller:x'] });
    const controller = unpack(join(again, 'controller.tar'), again);
    expect(controller.layers[0]).toBe(image.layers[0]);
    expect(controller.config.Entrypoint.at(-1)).toBe('controller');
    expect(await outcome(run(controller, ['--list-modules']))).toEqual({ code: 0, output: expect.stringContaining('resource.ingress') });
  });
});
