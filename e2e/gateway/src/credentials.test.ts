import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askUntil, GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManifestFolder } from './manifests.ts';

/** Kong's id of a consumer named bob. */
const BOB = 'def4f7d3-9863-5ad2-8fa9-c949bf26f55e';

const consumer = (...credentials: readonly string[]): string => `apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata:
  name: bob
  annotations: { kubernetes.io/ingress.class: kong }
username: bob
credentials: [${credentials.join(', ')}]
`;
const login = (name: string, password: string): string => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  labels: { konghq.com/credential: basic-auth }
stringData: { username: ${name}, password: ${password} }
`;
/** What a data plane keeps of passwords, sorted. */
const kept = (...passwords: readonly string[]): readonly string[] =>
  passwords.map((password) => hash('sha1', `${password}${BOB}`)).toSorted();

let folder: ManifestFolder;
let outside: ManifestFolder;
const running: GatewayProcess[] = [];

beforeEach(() => {
  folder = new ManifestFolder();
  outside = new ManifestFolder();
  folder.write('bob.yaml', consumer('first', 'second'));
  folder.write('first.yaml', login('first', 'hunter2'));
});

afterEach(async () => {
  const codes: (number | string)[] = [];
  for (const process of running.splice(0).reverse()) codes.push(await process.stop());
  folder.dispose();
  outside.dispose();
  expect(codes.filter((code) => code !== 0)).toEqual([]);
});

async function started(process: Promise<GatewayProcess>): Promise<GatewayProcess> {
  const one = await process;
  running.push(one);
  return one;
}

const question = ({ ports }: GatewayProcess) => ({ port: ports['admin'] ?? 0, path: '/config' });

/** Passwords that the Admin API shows, sorted. */
function passwordsIn(body: string): readonly string[] {
  const { config } = JSON.parse(body) as { readonly config: string };
  return [...config.matchAll(/ password: "?(.*?)"?$/gm)].map(([, password = '']) => password).toSorted();
}

const passwordsOf = async (process: GatewayProcess): Promise<readonly string[]> => passwordsIn((await ask(question(process))).body);

/** Adds a credential while configuration serves, and waits for it. */
async function addSecond(process: GatewayProcess): Promise<void> {
  folder.write('second.yaml', login('second', 'opensesame'));
  await askUntil(question(process), ({ body }) => body.includes('second'));
}

describe('a data plane keeps hashes of passwords', () => {
  test('that the control plane of its process hands over', async () => {
    const gateway = await started(GatewayProcess.serve('gateway', ['--manifests', folder.path, '--workers', '1']));
    expect(await passwordsOf(gateway)).toEqual(kept('hunter2'));
    await addSecond(gateway);
    expect(await passwordsOf(gateway)).toEqual(kept('hunter2', 'opensesame'));
  });

  test('that a controller sends, whole and as a difference', async () => {
    const proxy = await started(GatewayProcess.serve('proxy', ['--workers', '1']));
    await started(GatewayProcess.control(['--manifests', folder.path, '--publish', `http://127.0.0.1:${proxy.ports['admin']}`]));
    expect(await passwordsOf(proxy)).toEqual(kept('hunter2'));
    await addSecond(proxy);
    expect(await passwordsOf(proxy)).toEqual(kept('hunter2', 'opensesame'));
  });

  test('that a file has, which is written in clear, and takes what it has shown as it is', async () => {
    const file = join(outside.path, 'kong.yaml');
    folder.write('bob.yaml', consumer('first'));
    expect(await GatewayProcess.run(['controller', '--once', '--manifests', folder.path, '--output', file])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain('password: hunter2');
    const proxy = await started(GatewayProcess.serve('proxy', ['--workers', '1', '--config', file]));
    const shown = await ask(question(proxy));
    expect(passwordsIn(shown.body)).toEqual(kept('hunter2'));

    outside.write('shown.yaml', (JSON.parse(shown.body) as { readonly config: string }).config);
    const again = await started(GatewayProcess.serve('proxy', ['--workers', '1', '--config', join(outside.path, 'shown.yaml')]));
    expect(await passwordsOf(again)).toEqual(kept('hunter2'));
  });
});
